import { SQSClient } from '@aws-sdk/client-sqs';
import { createSealer } from '../platform/auth/sealer.ts';
import { awsClient } from '../platform/aws/client.ts';
import { createBreakers } from '../platform/breaker/breakers.ts';
import { systemClock } from '../platform/clock.ts';
import { createEgress } from '../platform/egress/egress.ts';
import { newId } from '../platform/ids.ts';
import { createLogger } from '../platform/logging/logger.ts';
import { createStore } from '../platform/store/create-store.ts';
import { sqsBatch } from '../platform/work/sqs-batch.ts';
import { createDeliverer } from '../services/deliveries/deliverer.ts';
import { endpointCircuitKey } from '../services/deliveries/health.ts';
import { createDeliveryLog } from '../services/deliveries/log.ts';
import { DeliverMessage } from '../services/deliveries/message.ts';
import { webhookTarget } from '../services/deliveries/target.webhook.ts';
import { signingSecretPurpose, subscriptionKind } from '../services/subscriptions/service.ts';
import { config } from './config.ts';
import { targetPolicy } from './egress.ts';
import { lazySecret } from './lazy-secret.ts';
import { sqsQueueTarget } from './queue-target.ts';
import { sqsDeliveryQueue } from './sqs-delivery-queue.ts';
import { appTables } from './tables.ts';

/** Deliveries to their endpoints. */
export const deliverHandler = () => {
  const { DELIVER_QUEUE_URL, SEALING_SECRET_ARN } = config('DELIVER_QUEUE_URL', 'SEALING_SECRET_ARN');
  const clock = systemClock;
  const tables = appTables({ clock });
  const sqs = awsClient(SQSClient, 'SQS');
  const deliver = createDeliverer({
    store: createStore(subscriptionKind, { tables, clock }),
    log: createDeliveryLog(tables),
    targets: {
      queue: sqsQueueTarget({ tables, clock }),
      webhook: webhookTarget({
        egress: createEgress({ policy: targetPolicy() }),
        sealer: createSealer(lazySecret(SEALING_SECRET_ARN), signingSecretPurpose),
        clock,
      }),
    },
    breakers: createBreakers({ tables, clock, keyOf: endpointCircuitKey }),
    deliveries: sqsDeliveryQueue(sqs, DELIVER_QUEUE_URL),
    clock,
    newId,
  });
  return sqsBatch({
    schema: DeliverMessage,
    log: createLogger('worker-deliver'),
    handle: (messages, { signal }) =>
      Promise.all(
        messages.map(async (message) => {
          const { tenant, subscription, delivery } = message;
          try {
            return { fields: { tenant, subscription, delivery, ...(await deliver(message, signal)) } };
          } catch (error) {
            return { error };
          }
        }),
      ),
  });
};
