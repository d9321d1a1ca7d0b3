import * as z from 'zod/mini';
import { partitionOf } from '../../platform/table/keys.ts';
import type { Item, Key, Tables } from '../../platform/table/types.ts';
import type { MeteredGroup } from './metered.ts';

/** What was measured of one instance in one minute, in percent; absent is not zero but unknown. */
export const Reading = z.object({
  cpu: z.optional(z.number()),
  /** Only where an agent in the instance reports it. */
  memory: z.optional(z.number()),
});
export type Reading = z.infer<typeof Reading>;

/** What was measured of a group in one minute. */
export const GroupSamples = z.object({
  /** When the minute began: RFC 3339 in UTC, whole seconds. */
  minute: z.string(),
  /** By instance id. An instance of which nothing was measured is absent. */
  samples: z.record(z.string(), Reading),
});
export type GroupSamples = z.infer<typeof GroupSamples>;

/** Seconds. Policies look back some minutes; the rest is for whoever asks why a group was scaled. */
export const samplesKeptSeconds = 7_200;

const minuteMilliseconds = 60_000;

/** The minute in which a time lies, as the sort key of its samples. */
export const minuteOf = (milliseconds: number): string => {
  const begin = Math.floor(milliseconds / minuteMilliseconds) * minuteMilliseconds;
  return `${new Date(begin).toISOString().slice(0, 19)}Z`;
};

export const samplesPartition = ({ tenant, group }: MeteredGroup): string =>
  `${partitionOf(tenant, 'SCALING_GROUP')}#${group}#METRICS`;

const itemOf = (metered: MeteredGroup, { minute, samples }: GroupSamples): Item & Key => ({
  table: 'ephemeral',
  pk: samplesPartition(metered),
  sk: minute,
  samples,
  expires_at: Date.parse(minute) / 1_000 + samplesKeptSeconds,
});

/**
 * Writes samples of many groups, 25 groups in one request. A minute that was written before is replaced, so a repeat
 * changes nothing and a late measurement is added by writing its minute again.
 */
export const writeGroupSamples = (
  tables: Tables,
  all: readonly { group: MeteredGroup; samples: GroupSamples }[],
  signal?: AbortSignal,
): Promise<void> =>
  tables.writeAll(
    all.map(({ group, samples }) => ({ put: itemOf(group, samples) })),
    { signal },
  );

export interface SamplesWindow {
  /** Milliseconds since the epoch: the minutes that begin then or later … */
  from: number;
  /** … and before this. */
  to: number;
}

/** What was measured of a group in a window, newest minute first. A minute without any measurement is absent. */
export const readGroupSamples = async (
  tables: Tables,
  metered: MeteredGroup,
  { from, to }: SamplesWindow,
  signal?: AbortSignal,
): Promise<GroupSamples[]> => {
  const last = to - 1;
  if (last < from) return [];
  const first = Math.ceil(from / minuteMilliseconds) * minuteMilliseconds;
  const items = tables.query({
    table: 'ephemeral',
    partition: samplesPartition(metered),
    sort: { between: [minuteOf(first), minuteOf(last)] },
    descending: true,
    signal,
  });
  const found: GroupSamples[] = [];
  for await (const { sk, samples } of items) found.push(GroupSamples.parse({ minute: sk, samples }));
  return found;
};
