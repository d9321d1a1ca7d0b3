import type { SQSClient } from '@aws-sdk/client-sqs';
import { createSealer } from '../platform/auth/sealer.ts';
import { checkUrl } from '../platform/egress/check-url.ts';
import { createStore } from '../platform/store/create-store.ts';
import { createDeliveryLog } from '../services/deliveries/log.ts';
import { Deliveries } from '../services/deliveries/service.ts';
import type { EndpointChecks } from '../services/subscriptions/endpoint.ts';
import { Subscriptions, signingSecretPurpose, subscriptionKind } from '../services/subscriptions/service.ts';
import { Topics, topicKind } from '../services/topics/service.ts';
import { config } from './config.ts';
import { targetPolicy } from './egress.ts';
import { lazySecret } from './lazy-secret.ts';
import type { AppParts } from './serve.ts';
import { sqsDeliveryQueue } from './sqs-delivery-queue.ts';
import { sqsFanOutQueue } from './sqs-fan-out-queue.ts';

export interface NotifyParts
  extends Pick<AppParts, 'tables' | 'clock' | 'newId'>,
    Pick<EndpointChecks, 'queues'> {
  /** Loaded on first use: most requests to the same function need none. */
  sqs(): Promise<SQSClient>;
}

/** Topics, their subscriptions, and what became of deliveries; with the sealer of answers that hold a signing secret. */
export const notifyServices = ({ sqs, queues, ...parts }: NotifyParts) => {
  const { DEFAULT_QUOTAS, SEALING_SECRET_ARN, FAN_OUT_QUEUE_URL, DELIVER_QUEUE_URL } = config(
    'DEFAULT_QUOTAS',
    'SEALING_SECRET_ARN',
    'FAN_OUT_QUEUE_URL',
    'DELIVER_QUEUE_URL',
  );
  const secret = lazySecret(SEALING_SECRET_ARN);
  const policy = targetPolicy();
  const stores = { ...parts, limits: DEFAULT_QUOTAS };
  const topics = new Topics({
    ...parts,
    store: createStore(topicKind, stores),
    fanOut: sqsFanOutQueue(sqs, FAN_OUT_QUEUE_URL),
  });
  const subscriptions = new Subscriptions({
    ...parts,
    store: createStore(subscriptionKind, stores),
    topics,
    queues,
    refusedUrl: (url) => {
      const checked = checkUrl(url, policy);
      return 'problem' in checked ? checked.problem : undefined;
    },
    sealer: createSealer(secret, signingSecretPurpose),
  });
  const deliveries = new Deliveries({
    ...parts,
    subscriptions,
    log: createDeliveryLog(parts.tables),
    deliveries: sqsDeliveryQueue(sqs, DELIVER_QUEUE_URL),
  });
  return { topics, subscriptions, deliveries, sealer: createSealer(secret, 'idempotent-answers') };
};
