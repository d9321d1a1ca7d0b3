import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import type { Clock } from '../clock.ts';
import type { Log } from '../lifecycle/log.ts';
import { parseStreamRecord } from '../lifecycle/stream-record.ts';
import type { Tables, Write } from '../table/types.ts';
import { countedKey, slotKey, slots } from './keys.ts';
import type { StreamTotal } from './stream-total.ts';
import { attributeOf } from './total.ts';

export interface TotalsConsumerOptions {
  tables: Tables;
  clock: Clock;
  totals: readonly StreamTotal[];
  log: Pick<Log, 'info' | 'error'>;
  /** From 0 up to 1; picks the slot. */
  random?: () => number;
}

/** Twice as long as a stream keeps its records: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html */
const rememberedSeconds = 2 * 24 * 3600;

/** Beside the totals' own items at most this many records go into a transaction, which takes 100 writes. */
const together = 80;

const Identified = z.object({
  /** The same each time that a record is delivered, and no other record's. */
  eventID: z.string().check(z.minLength(1)),
  dynamodb: z.object({ SequenceNumber: z.string() }),
});

/** What one stream record moves: amounts by total and attribute. */
interface Movement {
  eventId: string;
  amounts: readonly { name: string; attribute: string; by: number }[];
}

/** Somebody else counted the record after we had looked: Lambda delivers the batch again, and then it is seen. */
class CountedMeanwhile extends Error {
  override readonly name = 'CountedMeanwhile';
}

/** What is to be added to each total, without what cancels out. */
const summed = (movements: readonly Movement[]): Map<string, Record<string, number>> => {
  const sums = new Map<string, Record<string, number>>();
  for (const { name, attribute, by } of movements.flatMap(({ amounts }) => amounts)) {
    const sum = sums.get(name) ?? {};
    sum[attribute] = (sum[attribute] ?? 0) + by;
    sums.set(name, sum);
  }
  for (const [name, sum] of sums) {
    const moved = Object.entries(sum).filter(([, by]) => by !== 0);
    if (moved.length > 0) sums.set(name, Object.fromEntries(moved));
    else sums.delete(name);
  }
  return sums;
};

/**
 * Keeps totals from the records of the table's stream, each record counted exactly once although the stream delivers at
 * least once: in the transaction that adds what a batch moves, every record that moves anything leaves its event id, and
 * where one of them is there already nothing is added. A later batch may be cut otherwise than the one that failed, and
 * its records don't say which shard they are of, so neither the batch nor a shard's last sequence number would do.
 * Deltas add up, so the order doesn't matter.
 *
 * Gives back to Lambda, from the first record on that can't be read, what was not counted. Rejects where the table does
 * not take it: then nothing of that transaction was counted.
 */
export const createTotalsConsumer = (options: TotalsConsumerOptions) => {
  const { tables, clock, totals, log, random = Math.random } = options;
  if (totals.length + together > 100)
    throw new Error(`${totals.length} totals are too many for one transaction`);

  const movementOf = (record: DynamoDBRecord): Movement => {
    const { eventID: eventId } = Identified.parse(record);
    const change = parseStreamRecord(record);
    const amounts = totals.flatMap((total) =>
      total
        .deltasOf(change)
        .map(({ series, by }) => ({ name: total.name, attribute: attributeOf(series), by })),
    );
    return { eventId, amounts };
  };

  /** Up to the first record that can't be read. */
  const collect = (records: readonly DynamoDBRecord[]) => {
    const movements = new Map<string, Movement>();
    for (const [index, record] of records.entries()) {
      try {
        const movement = movementOf(record);
        if (movement.amounts.length > 0) movements.set(movement.eventId, movement);
      } catch (error) {
        return { movements, unreadable: { index, error } };
      }
    }
    return { movements, unreadable: undefined };
  };

  const count = async (movements: readonly Movement[], signal?: AbortSignal): Promise<number> => {
    const keys = movements.map(({ eventId }) => countedKey(eventId));
    const known = new Set(
      (await tables.batchGet(keys, { consistent: true, signal, project: ['pk'] })).map(({ pk }) => pk),
    );
    const fresh = movements.filter(({ eventId }) => !known.has(countedKey(eventId).pk));
    const slot = Math.floor(random() * slots);
    const expires_at = Math.floor(clock.now() / 1000) + rememberedSeconds;
    const marks = fresh.map(
      ({ eventId }): Write => ({
        put: { ...countedKey(eventId), expires_at },
        when: { expression: 'attribute_not_exists(pk)' },
        otherwise: () => new CountedMeanwhile(`${eventId} was counted at the same time`),
      }),
    );
    const additions = [...summed(fresh)].map(([name, add]): Write => ({ update: slotKey(name, slot), add }));
    await tables.transact([...marks, ...additions], { signal });
    return fresh.length;
  };

  return async (records: readonly DynamoDBRecord[], signal?: AbortSignal): Promise<DynamoDBBatchResponse> => {
    const { movements, unreadable } = collect(records);
    const all = [...movements.values()];
    let counted = 0;
    for (let from = 0; from < all.length; from += together)
      counted += await count(all.slice(from, from + together), signal);
    log.info('totals', { records: records.length, counted, repeated: all.length - counted });
    if (!unreadable) return { batchItemFailures: [] };
    const itemIdentifier = records[unreadable.index]?.dynamodb?.SequenceNumber ?? '';
    log.error('totals could not read a record', { sequence_number: itemIdentifier, error: unreadable.error });
    return { batchItemFailures: [{ itemIdentifier }] };
  };
};
