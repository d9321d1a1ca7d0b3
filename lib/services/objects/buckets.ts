import { invalid } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import type { Condition, Tables, Write } from '../../platform/table/types.ts';
import { bucketKey, bucketsPartition } from './keys.ts';
import { maxListBytes } from './limits.ts';
import { reasonAgainstBucket } from './names.ts';
import type { Head, Place } from './record.ts';
import type { Bucket } from './schema.ts';

const holdsSomething: Condition = {
  expression: '#objects > :none',
  names: { '#objects': 'objects' },
  values: { ':none': 0 },
};

const mark = 'after bucket ';

const encodeCursor = (after: string): string => Buffer.from(mark + after).toString('base64url');

const decodeCursor = (cursor: string): string => {
  const text = Buffer.from(cursor, 'base64url').toString();
  const after = text.slice(mark.length);
  const isOurs = text.startsWith(mark) && reasonAgainstBucket(after) === undefined;
  if (!isOurs || encodeCursor(after) !== cursor)
    throw invalid('cursor', 'is not a cursor that a page of this list has given');
  return after;
};

const aliveIn = (head: Head | undefined): { objects: number; size_bytes: number } =>
  head && head.deleted_at === undefined
    ? { objects: 1, size_bytes: head.size_bytes }
    : { objects: 0, size_bytes: 0 };

/**
 * What a change of an object changes of its bucket's totals, for the same transaction: they can't drift. Present objects and
 * versions alone count. Nothing where nothing changes.
 */
export const countedInBucket = (
  { tenant, bucket }: Place,
  before: Head | undefined,
  after: Head | undefined,
): Write[] => {
  const [was, is] = [aliveIn(before), aliveIn(after)];
  const change = { objects: is.objects - was.objects, size_bytes: is.size_bytes - was.size_bytes };
  const add = Object.fromEntries(Object.entries(change).filter(([, by]) => by !== 0));
  return Object.keys(add).length > 0 ? [{ update: bucketKey(tenant, bucket), add }] : [];
};

/** A bucket holds something. */
class InUse extends Error {}

/** Forgets a bucket that holds nothing: a later object counts from nothing, as in one that never was. */
export const forgetEmptyBucket = async (
  tables: Pick<Tables, 'write'>,
  { tenant, bucket }: Place,
  signal?: AbortSignal,
): Promise<void> => {
  try {
    await tables.write(
      {
        delete: bucketKey(tenant, bucket),
        when: {
          expression: 'attribute_not_exists(pk) OR #objects = :none',
          names: holdsSomething.names,
          values: { ':none': 0 },
        },
        otherwise: () => new InUse(),
      },
      { signal },
    );
  } catch (error) {
    if (!(error instanceof InUse)) throw error;
  }
};

/** The buckets of a tenant that hold something, in the order of their names. */
export const createBucketList =
  ({ tables }: { tables: Pick<Tables, 'queryPage'> }) =>
  async ({ principal: { tenant }, signal }: Caller, list: ListRequest): Promise<Listed<Bucket[]>> => {
    if (list.q !== undefined) throw invalid('q', 'can not be given');
    if ((list.page ?? 1) > 1) throw invalid('page', 'can not be given: the pages of buckets go on by cursor');
    const partition = bucketsPartition(tenant);
    const most = list.paged ? list.pageSize : Number.POSITIVE_INFINITY;
    const items: Bucket[] = [];
    let bytes = 0;
    let startAfter = list.cursor === undefined ? undefined : { pk: partition, sk: decodeCursor(list.cursor) };
    for (;;) {
      const page = await tables.queryPage({
        partition,
        consistent: true,
        descending: list.sortDir === 'desc',
        filter: holdsSomething,
        startAfter,
        ...(list.paged && { limit: most + 1 - items.length }),
        signal,
      });
      for (const { sk, objects, size_bytes } of page.items) {
        const bucket = { name: String(sk), objects: Number(objects), size_bytes: Number(size_bytes ?? 0) };
        bytes += Buffer.byteLength(JSON.stringify(bucket));
        if (items.length === most || bytes > maxListBytes)
          return { items, nextCursor: encodeCursor(items.at(-1)?.name ?? '') };
        items.push(bucket);
      }
      if (!page.lastKey) return { items };
      startAfter = { pk: partition, sk: String(page.lastKey.sk) };
    }
  };
