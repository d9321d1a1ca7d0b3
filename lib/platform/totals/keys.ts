import type { Key } from '../table/types.ts';

/** Where all totals lie, in the table of record as in the ephemeral one: no tenant has this partition, and no kind. */
export const totalsPartition = 'PLATFORM#TOTALS';

/**
 * Items that share the writes to one total of the stream. Each shard of the stream has a writer of its own, and
 * transactions on one item refuse each other.
 */
export const slots = 8;

/** In the table of record: a total's part in one slot. Gauges can't be counted anew, so they are backed up. */
export const slotKey = (name: string, slot: number): Key => ({
  pk: totalsPartition,
  sk: `${name}#${slot}`,
});

/** In the ephemeral table: that a stream record has been counted. */
export const countedKey = (eventId: string): Key => ({
  table: 'ephemeral',
  pk: `COUNTED#${eventId}`,
  sk: 'COUNTED',
});

/** In the ephemeral table, without a time to live: a counter that functions add to by themselves. */
export const tallyKey = (name: string): Key => ({ table: 'ephemeral', pk: totalsPartition, sk: name });

const requestsPrefix = 'requests#';

/** In the ephemeral table, without a time to live: the requests of one route. */
export const requestsKey = (method: string, path: string): Key =>
  tallyKey(`${requestsPrefix}${method} ${path}`);

/** The route of an item at `requestsKey`, or `undefined` for another sort key. */
export const parseRequestsKey = (sk: string): { method: string; path: string } | undefined => {
  if (!sk.startsWith(requestsPrefix)) return undefined;
  const [method = '', path = ''] = sk.slice(requestsPrefix.length).split(' ');
  return { method, path };
};
