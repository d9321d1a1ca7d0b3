import type { Sealer } from '../../platform/auth/sealer.ts';
import type { Clock } from '../../platform/clock.ts';
import { CloudError } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import type { NewId } from '../../platform/ids.ts';
import { requested } from '../../platform/lifecycle/requested.ts';
import { cut } from '../../platform/store/cut.ts';
import { newRecord } from '../../platform/store/new-record.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { Tables } from '../../platform/table/types.ts';
import type { Topics } from '../topics/service.ts';
import { checkEndpoint, type EndpointChecks } from './endpoint.ts';
import { subscriptionsOf } from './of-topic.ts';
import { type SubscriptionRecord, subscriptionName, subscriptionOf, subscriptionUsage } from './record.ts';
import type {
  CreateSubscription,
  NewSubscription,
  RotatedSecret,
  Subscription,
  UpdateSubscription,
} from './schema.ts';
import { freshSecret, overlapHours } from './secrets.ts';

export { subscriptionsAlong } from './along.ts';
export { matches } from './filter-policy/matches.ts';
export { subscriptionsOf } from './of-topic.ts';
export { type SubscriptionRecord, subscriptionKind } from './record.ts';
export { openSecrets, signingSecretPurpose } from './secrets.ts';
export { signatureHeaders } from './signing.ts';

export interface SubscriptionsOptions extends EndpointChecks {
  tables: Pick<Tables, 'query' | 'batchGet'>;
  store: ResourceStore<SubscriptionRecord>;
  topics: Pick<Topics, 'get'>;
  sealer: Pick<Sealer, 'seal'>;
  clock: Clock;
  newId: NewId;
}

const hourMilliseconds = 3_600_000;

/** The rules of subscriptions (contract 2.12), and of what is beyond it: filters, signing secrets, pauses. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  /**
   * @throws CloudError `NOT_FOUND` for an unknown topic or queue, `CONFLICT` for the same endpoint once more,
   * `RESOURCE_LIMIT_EXCEEDED`
   */
  async create(caller: Caller, topicId: string, input: CreateSubscription): Promise<NewSubscription> {
    const { store, topics, sealer, newId } = this.#options;
    const topic = await topics.get(caller, topicId);
    const endpoint = await checkEndpoint(this.#options, caller, input);
    const isWebhook = input.protocol === 'webhook';
    const fresh = isWebhook ? await freshSecret(sealer, caller.signal) : undefined;
    const record: SubscriptionRecord = {
      ...newRecord(newId, caller),
      name: subscriptionName(input.protocol, endpoint),
      status: 'ACTIVE',
      topic_id: topic.id,
      protocol: input.protocol,
      endpoint,
      ...(input.filter_policy && { filter_policy: input.filter_policy }),
      ...(fresh && { secret: fresh.sealed }),
      event: requested(this.#options, caller, 'create'),
    };
    const answer = { ...subscriptionOf(record), ...(fresh && { signing_secret: fresh.secret }) };
    try {
      await store.create(caller, record, { usage: subscriptionUsage, answer });
    } catch (error) {
      if (error instanceof CloudError && error.type === 'CONFLICT' && error.message.includes(record.name))
        throw new CloudError('CONFLICT', `the topic has a subscription of this ${input.protocol} already`, {
          cause: error,
        });
      throw error;
    }
    return answer;
  }

  /** Those of one topic: a page where one is asked for, else all, newest first. @throws CloudError `NOT_FOUND` */
  async list(caller: Caller, topicId: string, request: ListRequest): Promise<Listed<Subscription[]>> {
    const { tables, topics } = this.#options;
    const topic = await topics.get(caller, topicId);
    const all = await subscriptionsOf(tables, topic.tenant, topic.id, {
      consistent: true,
      signal: caller.signal,
    });
    const { q = '' } = request;
    const wanted = all.filter(({ id, endpoint }) =>
      [id, endpoint].some((text) => text.toLowerCase().includes(q.toLowerCase())),
    );
    const listed = cut(wanted, request);
    return { ...listed, items: listed.items.map(subscriptionOf) };
  }

  /** @throws CloudError `NOT_FOUND` */
  async get(caller: Caller, id: string): Promise<Subscription> {
    return subscriptionOf(await this.find(caller, id));
  }

  /** The caller's subscription, as it is kept. @throws CloudError `NOT_FOUND` */
  find({ principal, signal }: Caller, id: string): Promise<SubscriptionRecord> {
    return this.#options.store.get(principal.tenant, id, { signal });
  }

  /** Changes what is given. Enabling begins a new day of trying. @throws CloudError `NOT_FOUND` */
  async update(caller: Caller, id: string, update: UpdateSubscription): Promise<Subscription> {
    const { filter_policy, enabled } = update;
    const after = await this.#options.store.change(
      caller,
      id,
      (current) => {
        const enables = enabled === true && current.status === 'DISABLED';
        const disables = enabled === false && current.status !== 'DISABLED';
        return {
          set: {
            ...(filter_policy && { filter_policy }),
            ...(enables && { status: 'ACTIVE' as const }),
            ...(disables && { status: 'DISABLED' as const, disabled_reason: 'by its owner' }),
            event: requested(this.#options, caller, 'update'),
          },
          remove: [
            ...(filter_policy === null ? (['filter_policy'] as const) : []),
            ...(enables ? (['disabled_reason', 'failing_since'] as const) : []),
          ],
          intent: true,
        };
      },
      subscriptionOf,
    );
    return subscriptionOf(after);
  }

  /**
   * Gives a webhook a new signing secret. The one before signs beside it for a day; one still older no more.
   * @throws CloudError `NOT_FOUND`, `INVALID_INPUT` for a queue's subscription
   */
  async rotateSecret(caller: Caller, id: string): Promise<RotatedSecret> {
    const { store, sealer, clock } = this.#options;
    const fresh = await freshSecret(sealer, caller.signal);
    const previous_valid_until = new Date(clock.now() + overlapHours * hourMilliseconds).toISOString();
    const answer = { signing_secret: fresh.secret, previous_valid_until };
    await store.change(
      caller,
      id,
      ({ protocol, secret }) => {
        if (protocol !== 'webhook')
          throw new CloudError('INVALID_INPUT', 'only webhooks have a signing secret');
        return {
          set: {
            secret: fresh.sealed,
            previous_secret: secret,
            previous_secret_until: previous_valid_until,
            event: requested(this.#options, caller, 'update'),
          },
          intent: true,
        };
      },
      () => answer,
    );
    return answer;
  }

  /** @throws CloudError `NOT_FOUND` */
  async delete(caller: Caller, id: string): Promise<{ message: string }> {
    const answer = { message: 'subscription deleted' };
    const event = requested(this.#options, caller, 'delete');
    await this.#options.store.remove(caller, id, () => ({ set: { event } }), answer);
    return answer;
  }
}
