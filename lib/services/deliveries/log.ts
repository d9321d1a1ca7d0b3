import { invalid } from '../../platform/errors/index.ts';
import { parseId } from '../../platform/ids.ts';
import { partitionOf } from '../../platform/table/keys.ts';
import type { Condition, Item, Key, Tables } from '../../platform/table/types.ts';
import { subscriptionKind } from '../subscriptions/service.ts';
import type { DeliverMessage } from './message.ts';
import { type Attempt, Delivery, type DeliveryStatus } from './schema.ts';

/** Days that a delivery is listed, and that what could not be delivered can be sent again. */
export const keptDays = 7;
/** Attempts that are listed. */
const maxAttempts = 50;
/** Bytes of a text that every delivery keeps; a longer one is kept once an attempt has failed. */
export const keptBodyBytes = 1_024;

interface Ref {
  tenant: string;
  subscription: string;
  delivery: string;
}

type Owner = Pick<Ref, 'tenant' | 'subscription'>;

const below = ({ tenant, subscription }: Owner, what: 'DELIVERIES' | 'BODIES'): string =>
  `${partitionOf(tenant, subscriptionKind.kind)}#${subscription}#${what}`;

const deliveryKey = (ref: Ref): Key => ({
  table: 'ephemeral',
  pk: below(ref, 'DELIVERIES'),
  sk: ref.delivery,
});
const bodyKey = (ref: Ref): Key => ({ table: 'ephemeral', pk: below(ref, 'BODIES'), sk: ref.delivery });

/** A delivery as the worker knows it. */
export interface Logged extends Delivery {
  /** Of the queue's message that made the latest attempt. */
  token: string;
  body?: string;
  attributes?: string;
}

/** What is delivered. */
export interface Content {
  text: string;
  attributes?: string;
}

export interface LogEntry {
  status: DeliveryStatus;
  attempt: Attempt;
  next_attempt_at?: string;
}

/** Somebody else has made the attempt meanwhile. */
class AttemptTaken extends Error {}

const isNext = (number: number): Condition =>
  number === 1
    ? { expression: 'attribute_not_exists(#count)', names: { '#count': 'attempt_count' } }
    : {
        expression: '#count = :before',
        names: { '#count': 'attempt_count' },
        values: { ':before': number - 1 },
      };

const loggedOf = ({ subscription }: Owner, { sk, ...item }: Item): Logged => ({
  ...Delivery.parse({ ...item, id: sk, subscription_id: subscription }),
  token: String(item.token),
  ...(typeof item.body === 'string' && { body: item.body }),
  ...(typeof item.attributes === 'string' && { attributes: item.attributes }),
});

/** What became of each delivery, for a week, in the ephemeral table. */
export const createDeliveryLog = (tables: Tables) => ({
  async find(ref: Ref, signal?: AbortSignal): Promise<Logged | undefined> {
    const item = await tables.get(deliveryKey(ref), { consistent: true, signal });
    return item && loggedOf(ref, item);
  },

  /**
   * Notes an attempt, if it is the one that comes next.
   * @returns false where another message has made it
   */
  async note(
    message: DeliverMessage,
    text: string,
    before: Logged | undefined,
    { status, attempt, next_attempt_at }: LogEntry,
    signal: AbortSignal,
  ): Promise<boolean> {
    const isShort = Buffer.byteLength(text) <= keptBodyBytes;
    const expires_at = Math.ceil(Date.parse(attempt.at) / 1_000) + keptDays * 86_400;
    // First, so that a delivery that can be sent again has what is to be sent.
    if (status !== 'DELIVERED' && !isShort && !before)
      await tables.write(
        { put: { ...bodyKey(message), body: text, attributes: message.attributes, expires_at } },
        { signal },
      );
    try {
      await tables.write(
        {
          put: {
            ...deliveryKey(message),
            message_id: message.message,
            published_at: message.published_at,
            status,
            attempt_count: attempt.number,
            attempts: [...(before?.attempts ?? []), attempt].slice(-maxAttempts),
            next_attempt_at,
            token: message.token,
            expires_at,
            ...(isShort && { body: text, attributes: message.attributes }),
          },
          when: isNext(attempt.number),
          otherwise: () => new AttemptTaken(),
        },
        { signal },
      );
      return true;
    } catch (error) {
      if (error instanceof AttemptTaken) return false;
      throw error;
    }
  },

  /** The text of a delivery and its attributes, where they are kept. */
  async content(ref: Ref, logged: Logged, signal: AbortSignal): Promise<Content | undefined> {
    if (logged.body !== undefined) return { text: logged.body, attributes: logged.attributes };
    const item = await tables.get(bodyKey(ref), { consistent: true, signal });
    if (typeof item?.body !== 'string') return undefined;
    return {
      text: item.body,
      attributes: typeof item.attributes === 'string' ? item.attributes : undefined,
    };
  },

  /**
   * Newest first. Whether the subscription is the tenant's is the caller's to check.
   * @param options `limit` 1 to 100; `cursor` as given with the page before
   * @throws CloudError `INVALID_INPUT` for a cursor that no page gave
   */
  async list(
    owner: Owner,
    { limit, cursor, signal }: { limit: number; cursor?: string; signal?: AbortSignal },
  ): Promise<{ items: Delivery[]; nextCursor?: string }> {
    if (cursor !== undefined && !parseId(cursor)) throw invalid('cursor', 'is not one that a page has given');
    const { items: found } = await tables.queryPage({
      table: 'ephemeral',
      partition: below(owner, 'DELIVERIES'),
      descending: true,
      limit: limit + 1,
      signal,
      ...(cursor !== undefined && { sort: { before: cursor } }),
    });
    const items = found.slice(0, limit).map((item) => loggedOf(owner, item));
    const last = items.at(-1);
    return last && found.length > limit ? { items, nextCursor: last.id } : { items };
  },
});

export type DeliveryLog = ReturnType<typeof createDeliveryLog>;
