import { parseResourceKey } from '../../platform/table/keys.ts';
import type { CloudFacts, CloudKind, CloudThing, OwnerKind } from './backend.ts';
import { factsIn, idsIn, isSettled, type RecordedItem, recordedStatus } from './recorded.ts';
import type { Difference, Finding } from './schema.ts';

/** The platform's own network carries the stage's tag and no tenant's; so may a group that machines share. */
const madeWithoutRecord: ReadonlySet<CloudKind> = new Set(['VPC', 'SUBNET', 'SECURITY_GROUP']);

const refOf = (record: RecordedItem) => parseResourceKey(record);

const changedBefore = (record: RecordedItem, time: number): boolean => Date.parse(record.updated_at) < time;

/** What a record has of this kind in the cloud, by the cloud's ids; `undefined` where records of its kind have none. */
export const idsOf = (kind: CloudKind, record: RecordedItem): string[] | undefined =>
  idsIn[kind][refOf(record)?.kind as OwnerKind]?.(record);

/** A record that names nothing yet, or is being worked on, may be about to name this one. */
const claims = (thing: CloudThing, record: RecordedItem): boolean => {
  const ids = idsOf(thing.kind, record);
  return ids !== undefined && (ids.length === 0 || !isSettled(record) || ids.includes(thing.cloud_id));
};

const text = (value: unknown): string => (Array.isArray(value) ? value.join(',') : String(value));

const differencesOf = ({ kind, facts }: CloudThing, record: RecordedItem): Difference[] => {
  const owner = refOf(record)?.kind as OwnerKind;
  const differences: Difference[] = [];
  const isOwn = idsOf(kind, record)?.length !== 0;
  const status = isOwn ? recordedStatus(kind, facts.state) : undefined;
  if (status !== undefined && status !== record.status)
    differences.push({ field: 'state', recorded: record.status, actual: facts.state ?? '' });
  for (const [field, recorded] of Object.entries(factsIn[kind]?.[owner]?.(record) ?? {})) {
    const actual = facts[field as keyof CloudFacts];
    if (actual !== undefined && recorded !== undefined && text(actual) !== text(recorded))
      differences.push({ field, recorded: text(recorded), actual: text(actual) });
  }
  return differences;
};

const ofRecord = (record: RecordedItem): Pick<Finding, 'tenant' | 'resource_kind' | 'resource_id'> => {
  const ref = refOf(record);
  return { tenant: ref?.tenant, resource_kind: ref?.kind, resource_id: ref?.id };
};

/**
 * What is wrong with a thing of the cloud, given the records that its tags name. What was made or changed since
 * `settledBefore` (milliseconds) is left alone: the table, the cloud and what it shows need time to agree. Pure.
 */
export const judgeThing = (
  thing: CloudThing,
  records: readonly RecordedItem[],
  settledBefore: number,
): Finding | undefined => {
  const { kind, cloud_id, owner } = thing;
  if (thing.is_ending || thing.is_unassigned || (!owner && madeWithoutRecord.has(kind))) return undefined;
  const record = records.find((candidate) => claims(thing, candidate));
  if (!record) {
    if ((thing.made_at ?? 0) >= settledBefore) return undefined;
    const named = owner && { tenant: owner.tenant, resource_id: owner.id };
    return { verdict: 'unknown', kind, cloud_id, ...named };
  }
  if (!isSettled(record) || !changedBefore(record, settledBefore)) return undefined;
  const differences = differencesOf(thing, record);
  return differences.length === 0
    ? undefined
    : { verdict: 'differing', kind, cloud_id, ...ofRecord(record), differences };
};

/**
 * What a record says is there and the cloud did not show. A record in `ERROR` says nothing, and one that was changed since
 * `settledBefore` may be ahead of the listing. Pure.
 */
export const missingOf = (
  kind: CloudKind,
  record: RecordedItem,
  isThere: (cloudId: string) => boolean,
  settledBefore: number,
): Finding[] => {
  if (!isSettled(record) || record.status === 'ERROR' || !changedBefore(record, settledBefore)) return [];
  return (idsOf(kind, record) ?? [])
    .filter((id) => !isThere(id))
    .map((cloud_id) => ({ verdict: 'missing', kind, cloud_id, ...ofRecord(record) }));
};
