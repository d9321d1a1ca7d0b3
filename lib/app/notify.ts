import { createSealer } from '../platform/auth/sealer.ts';
import { checkUrl } from '../platform/egress/check-url.ts';
import { lazily } from '../platform/lazily.ts';
import { createStore } from '../platform/store/create-store.ts';
import type { Limits } from '../platform/store/types.ts';
import type { DeliveryQueue } from '../services/deliveries/backend.ts';
import { createDeliveryLog } from '../services/deliveries/log.ts';
import { Deliveries } from '../services/deliveries/service.ts';
import { queueKind } from '../services/queues/service.ts';
import { Subscriptions, signingSecretPurpose, subscriptionKind } from '../services/subscriptions/service.ts';
import { type FanOutQueue, Topics, topicKind } from '../services/topics/service.ts';
import { config } from './config.ts';
import { targetPolicy } from './egress.ts';
import { lazySecret } from './lazy-secret.ts';
import type { AppParts } from './serve.ts';

/** The SQS client is loaded by the first request that sends. */
const sqs = lazily(async () => (await import('./sqs-notify.ts')).sqsNotify());
const fanOut: FanOutQueue = { send: async (...sent) => (await sqs()).fanOut.send(...sent) };
const deliveryQueue: DeliveryQueue = { send: async (...sent) => (await sqs()).deliveries.send(...sent) };

/** Publishing: also for functions that publish on a tenant's behalf. They need its `fanOutQueue` link. */
export const composeTopics = (parts: Pick<AppParts, 'tables' | 'clock' | 'newId'>, limits?: Limits): Topics =>
  new Topics({ ...parts, store: createStore(topicKind, { ...parts, limits }), fanOut });

/** Topics, their subscriptions, and what became of deliveries. */
export const composeNotify = (parts: Pick<AppParts, 'tables' | 'clock' | 'newId'>) => {
  const { DEFAULT_QUOTAS, SEALING_SECRET_ARN } = config('DEFAULT_QUOTAS', 'SEALING_SECRET_ARN');
  const secret = lazySecret(SEALING_SECRET_ARN);
  const policy = targetPolicy();
  const stores = { ...parts, limits: DEFAULT_QUOTAS };
  const queues = createStore(queueKind, parts);
  const topics = composeTopics(parts, DEFAULT_QUOTAS);
  const subscriptions = new Subscriptions({
    ...parts,
    store: createStore(subscriptionKind, stores),
    topics,
    queues: { get: ({ principal, signal }, id) => queues.get(principal.tenant, id, { signal }) },
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
    deliveries: deliveryQueue,
  });
  return {
    services: { topics, subscriptions, deliveries },
    /** Of answers that hold a signing secret. */
    sealer: createSealer(secret, 'idempotent-answers'),
  };
};
