import { unpackEvent } from '../table/event-codec.ts';
import { parseResourceKey } from '../table/keys.ts';
import type { LifecycleEvent, Reconciled } from '../table/resource.ts';
import type { Item } from '../table/types.ts';
import { completed } from './events.ts';
import { attemptEventId, intentEventId } from './message.ts';
import type { OutgoingMessage } from './ports.ts';
import type { LifecycleDetail } from './types.ts';

/** One record of the table's stream. */
export interface ItemChange {
  pk: string;
  sk: string;
  before: Item | undefined;
  after: Item | undefined;
  /** When it was written, RFC 3339, to the second. */
  at: string;
}

/** What the outbox sends for one change, the same however often it is asked. */
export interface Decision {
  messages: OutgoingMessage[];
  events: LifecycleDetail[];
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html */
export const maxDelaySeconds = 900;

type Image = Partial<Reconciled>;

const imageOf = (item: Item | undefined, tenant: string): Image => ({
  ...item,
  event: unpackEvent(item?.event, tenant),
});

const delayOf = (due: string, now: number): number =>
  Math.min(maxDelaySeconds, Math.max(0, Math.ceil((Date.parse(due) - now) / 1000)));

const messagesOf = (
  ref: { kind: string; tenant: string; id: string },
  before: Image,
  after: Image,
  now: number,
) => {
  const { generation, next_attempt_at } = after;
  if (generation === undefined) return [];
  const message = { ...ref, generation };
  const isIntent = generation !== before.generation;
  if (isIntent && next_attempt_at === undefined)
    return [{ message: { ...message, event_id: intentEventId(ref.id, generation) }, delaySeconds: 0 }];
  if (next_attempt_at === undefined || (!isIntent && next_attempt_at === before.next_attempt_at)) return [];
  const event_id = attemptEventId({ id: ref.id, generation, next_attempt_at });
  return [{ message: { ...message, event_id }, delaySeconds: delayOf(next_attempt_at, now) }];
};

/**
 * An action that another one replaced before it had come about will not come about. An update changes no state, so it
 * replaces nothing, and neither does what says so: what was under way goes on.
 */
const replaced = (before: LifecycleEvent | undefined, after: LifecycleEvent): LifecycleEvent[] =>
  before?.phase === 'requested' &&
  before.action_id !== after.action_id &&
  after.action !== 'update' &&
  !after.besides
    ? [completed(before, 'failed', after.at, `replaced by ${after.action}`)]
    : [];

const eventsOf = (before: Image, after: Image): LifecycleEvent[] =>
  after.event && after.event.id !== before.event?.id
    ? [...replaced(before.event, after.event), after.event]
    : [];

/** A tombstone that goes is a delete that came about. */
const endOf = (before: Image, at: string): LifecycleEvent[] =>
  before.deleted_at && before.event?.phase === 'requested' ? [completed(before.event, 'succeeded', at)] : [];

/**
 * What a change of the table of record means to the world: a look for the reconciler where the intent or the time of
 * the next try has changed, and an event where there is a new one. A change of what was observed alone means nothing,
 * so nothing goes round in circles. Pure: `now` (milliseconds) only turns a time into a delay.
 */
export const decide = ({ pk, sk, before, after, at }: ItemChange, now: number): Decision => {
  const ref = parseResourceKey({ pk, sk });
  if (!ref) return { messages: [], events: [] };
  const [old, image] = [imageOf(before, ref.tenant), imageOf(after, ref.tenant)];
  const shown = after ? image : old;
  const events = (after ? eventsOf(old, image) : endOf(old, at)).map((event) => ({
    ...event,
    kind: ref.kind,
    tenant: ref.tenant,
    resource_id: ref.id,
    resource_name: shown.name ?? '',
    status: after ? (image.status ?? '') : 'DELETED',
  }));
  return { messages: after ? messagesOf(ref, old, image, now) : [], events };
};
