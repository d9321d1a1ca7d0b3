import * as z from 'zod/mini';
import { partitionOf } from '../../platform/table/keys.ts';
import type { Item, Key } from '../../platform/table/types.ts';
import { packIds, unpackId } from './packed-ids.ts';
import { batchJobKind } from './record.ts';
import { type BatchItem, ItemError, type ItemStatus } from './schema.ts';

/** Items of one chunk: with their ids under 1 KB, so that a change of it in a transaction costs two write units. */
export const chunkSize = 20;

const numberOfDigits = 6;

/** Everything of one job beside its record. */
export const itemsPartition = (tenant: string, job: string): string =>
  `${partitionOf(tenant, batchJobKind.kind)}#${job}#ITEMS`;

const chunkPrefix = 'CHUNK#';

export const chunkKey = (tenant: string, job: string, chunk: number): Key => ({
  pk: itemsPartition(tenant, job),
  sk: `${chunkPrefix}${String(chunk).padStart(numberOfDigits, '0')}`,
});

/** Sort keys of chunks lie behind this, and those of nothing else. */
export const chunkSortKeys = { beginsWith: chunkPrefix } as const;

/** How an item that was begun stands. */
export interface ItemState {
  target?: string;
  status: Exclude<ItemStatus, 'pending' | 'cancelled'>;
  /** Of a running one: the generation of its target that the action has asked for. */
  generation?: number;
  error?: ItemError;
}

const letters = { running: 'r', succeeded: 's', failed: 'f' } as const;
const statuses = new Map(Object.entries(letters).map(([status, letter]) => [letter, status]));

const Stored = z.object({
  sk: z.string(),
  /** A letter for each item that was begun. */
  states: z.string(),
  targets: z.string(),
  /** By place in the chunk. */
  generations: z._default(z.record(z.string(), z.int()), {}),
  errors: z._default(z.record(z.string(), ItemError), {}),
});

/** The items of one chunk that were begun, in the order of their index. */
export interface Chunk {
  number: number;
  items: ItemState[];
}

export const chunkOf = (item: Item): Chunk => {
  const { sk, states, targets, generations, errors } = Stored.parse(item);
  return {
    number: Number(sk.slice(chunkPrefix.length)),
    items: [...states].map((letter, place) => ({
      target: unpackId(targets, place),
      status: statuses.get(letter as 'r') as ItemState['status'],
      ...(generations[place] !== undefined && { generation: generations[place] }),
      ...(errors[place] && { error: errors[place] }),
    })),
  };
};

const byPlace = <T>(items: readonly ItemState[], value: (item: ItemState) => T | undefined) =>
  Object.fromEntries(
    items.flatMap((item, place) => {
      const found = value(item);
      return found === undefined ? [] : [[String(place), found]];
    }),
  );

export const chunkItem = (tenant: string, job: string, { number, items }: Chunk): Item & Key => ({
  ...chunkKey(tenant, job, number),
  states: items.map(({ status }) => letters[status]).join(''),
  targets: packIds(items.map(({ target }) => target)),
  generations: byPlace(items, ({ status, generation }) => (status === 'running' ? generation : undefined)),
  errors: byPlace(items, ({ error }) => error),
});

export const batchItemOf = (index: number, { target, status, error }: ItemState): BatchItem => ({
  index,
  ...(target !== undefined && { target_id: target }),
  status,
  ...(error && { error }),
});
