import type { Clock } from '../../platform/clock.ts';
import type { NewId } from '../../platform/ids.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { Tables } from '../../platform/table/types.ts';
import { matches, type SubscriptionRecord, subscriptionsOf } from '../subscriptions/service.ts';
import { type FanOutMessage, type TopicRecord, unpackBody } from '../topics/service.ts';
import type { DeliveryQueue, Target } from './backend.ts';
import { deliveryId, newDelivery } from './new-delivery.ts';

export interface FanOutOptions {
  tables: Pick<Tables, 'query' | 'batchGet'>;
  topics: Pick<ResourceStore<TopicRecord>, 'find'>;
  /** Sending to a tenant's queue: quick, and so done at once. */
  queues: Target;
  deliveries: DeliveryQueue;
  clock: Clock;
  newId: NewId;
}

export interface FannedOut {
  subscriptions: number;
  /** Handed to queues at once. */
  handed: number;
  /** Left to the delivery worker: webhooks, and queues that did not take it. */
  deliveries: number;
}

/** Queues that are sent to at the same time. */
const atOnce = 10;

/**
 * Brings a published message to the subscriptions that its topic has now. Nothing is written down: a fan-out that dies half
 * way is done again whole, under the same delivery ids, and some get the message twice.
 */
export const createFanOut = ({ tables, topics, queues, deliveries, clock, newId }: FanOutOptions) => {
  const hand = async (
    { message }: FanOutMessage,
    subscription: SubscriptionRecord,
    body: string,
    signal: AbortSignal,
  ): Promise<boolean> => {
    const { ok } = await queues.hand(
      { subscription, delivery: deliveryId(message, subscription.id), body },
      signal,
    );
    return ok;
  };

  /** @returns those queues that did not take the message */
  const handToQueues = async (
    message: FanOutMessage,
    wanted: readonly SubscriptionRecord[],
    signal: AbortSignal,
  ): Promise<SubscriptionRecord[]> => {
    const body = unpackBody(message.body);
    const left: SubscriptionRecord[] = [];
    for (let start = 0; start < wanted.length; start += atOnce) {
      const some = wanted.slice(start, start + atOnce);
      const handed = await Promise.all(some.map((one) => hand(message, one, body, signal)));
      left.push(...some.filter((_, index) => !handed[index]));
    }
    return left;
  };

  /** @throws Error where it is to be done again */
  return async (message: FanOutMessage, signal: AbortSignal): Promise<FannedOut> => {
    const { tenant, topic } = message;
    if (!(await topics.find(tenant, topic, { signal })))
      return { subscriptions: 0, handed: 0, deliveries: 0 };
    const all = await subscriptionsOf(tables, tenant, topic, { consistent: false, signal });
    const wanted = all.filter(
      ({ status, filter_policy }) => status !== 'DISABLED' && matches(filter_policy, message.attributes),
    );
    const ofQueues = wanted.filter(({ protocol }) => protocol === 'queue');
    const ofWebhooks = wanted.filter(({ protocol }) => protocol === 'webhook');
    const send = async (some: readonly SubscriptionRecord[]): Promise<number> => {
      const messages = some.map((one) => ({
        message: newDelivery(message, one, { token: newId(), now: clock.now() }),
        delaySeconds: 0,
      }));
      if (messages.length > 0) await deliveries.send(messages, signal);
      return messages.length;
    };
    // Webhooks first: should a queue hang, theirs are on their way.
    const sent = await send(ofWebhooks);
    const left = await handToQueues(message, ofQueues, signal);
    return {
      subscriptions: wanted.length,
      handed: ofQueues.length - left.length,
      deliveries: sent + (await send(left)),
    };
  };
};

export type FanOut = ReturnType<typeof createFanOut>;
