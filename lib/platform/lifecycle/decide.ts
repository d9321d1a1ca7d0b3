import { unpackEvent } from '../table/event-codec.ts';
import { parseResourceKey } from '../table/keys.ts';
import { parseNamedKey } from '../table/named-keys.ts';
import type { LifecycleEvent, Reconciled } from '../table/resource.ts';
import type { Item } from '../table/types.ts';
import { tickedFromSeconds, tickedKinds } from '../work/ticked-kinds.ts';
import { completed } from './events.ts';
import { attemptEventId, intentEventId, watchedEventId } from './message.ts';
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
  const delaySeconds = delayOf(next_attempt_at, now);
  if (tickedKinds.includes(ref.kind) && delaySeconds > tickedFromSeconds) return [];
  return [{ message: { ...message, event_id }, delaySeconds }];
};

/** What a watcher wants to know: another state, a delete, the end, and whatever else the record calls news. */
const isNews = (before: Image, after: Image | undefined): boolean =>
  after === undefined ||
  after.status !== before.status ||
  after.deleted_at !== before.deleted_at ||
  after.news !== before.news;

/**
 * Looks for those who watch a record. Who made it knows already that it is there, so a new one is no news. A look says
 * nothing but "now": the watcher reads for itself what there is.
 */
const looksOfWatchers = (
  { tenant, id }: { tenant: string; id: string },
  before: Image,
  after: Image | undefined,
): OutgoingMessage[] => {
  const { watched_by, watchers = [], version = 0 } = after ?? before;
  if (!isNews(before, after)) return [];
  const event_id = watchedEventId({ id, version });
  return [...(watched_by ? [watched_by] : []), ...watchers].map((watcher) => ({
    message: { kind: watcher.kind, tenant, id: watcher.id, generation: 0, event_id, observed: true },
    delaySeconds: 0,
  }));
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

interface Ref {
  tenant: string;
  kind: string;
  id: string;
  name?: string;
}

/** A resource that is found by its name has its id as an attribute. */
const namedRef = ({ pk, sk }: { pk: string; sk: string }, image: Item | undefined) => {
  const named = parseNamedKey({ pk });
  return named && typeof image?.id === 'string' ? { ...named, id: image.id, name: sk } : undefined;
};

/**
 * What a change of the table of record means to the world: a look for the reconciler where the intent or the time of
 * the next try has changed, and an event where there is a new one. A change of what was observed alone means nothing
 * to the resource itself, so nothing goes round in circles; those who watch it are told. Pure: `now` (milliseconds) only turns a time into a delay.
 */
export const decide = ({ pk, sk, before, after, at }: ItemChange, now: number): Decision => {
  const ref: Ref | undefined = parseResourceKey({ pk, sk }) ?? namedRef({ pk, sk }, after ?? before);
  if (!ref) return { messages: [], events: [] };
  const [old, image] = [imageOf(before, ref.tenant), imageOf(after, ref.tenant)];
  const shown = after ? image : old;
  const events = (after ? eventsOf(old, image) : endOf(old, at)).map((event) => ({
    ...event,
    kind: ref.kind,
    tenant: ref.tenant,
    resource_id: ref.id,
    resource_name: shown.name ?? ref.name ?? '',
    status: after ? (image.status ?? '') : 'DELETED',
  }));
  const own = after ? messagesOf(ref, old, image, now) : [];
  const looks = before ? looksOfWatchers(ref, old, after && image) : [];
  return { messages: [...own, ...looks], events };
};
