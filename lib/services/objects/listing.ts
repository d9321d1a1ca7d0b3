import { invalid } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import type { Condition, Query, Tables } from '../../platform/table/types.ts';
import { bucketPartition } from './keys.ts';
import { maxListBytes } from './limits.ts';
import { reasonAgainstKey } from './names.ts';
import { headOf, objectOf } from './record.ts';
import type { BucketEntry, StoredObject } from './schema.ts';

export interface BucketQuery {
  prefix?: string;
  delimiter?: string;
}

const isPresent: Condition = {
  expression: 'attribute_not_exists(#deleted_at)',
  names: { '#deleted_at': 'deleted_at' },
};

/** The last character of all: behind a prefix, it stands behind every key that begins with it. */
const last = '\u{10ffff}';

/** Begins every cursor, so that other text in base64 is none. */
const mark = 'after key ';

const encodeCursor = (after: string): string => Buffer.from(mark + after).toString('base64url');

const decodeCursor = (cursor: string, prefix: string): string => {
  const text = Buffer.from(cursor, 'base64url').toString();
  const after = text.slice(mark.length);
  const isOurs =
    text.startsWith(mark) && after.startsWith(prefix) && reasonAgainstKey(withoutLast(after)) === undefined;
  if (!isOurs || encodeCursor(after) !== cursor)
    throw invalid('cursor', 'is not a cursor that a page of this list has given');
  return after;
};

const withoutLast = (after: string): string => (after.endsWith(last) ? after.slice(0, -last.length) : after);

const newestFirst = (one: StoredObject, other: StoredObject): number =>
  one.created_at < other.created_at ? 1 : one.created_at > other.created_at ? -1 : one.id < other.id ? 1 : -1;

/** The lists of a bucket. One that holds nothing is like one that never was. */
export const createListing = ({ tables }: { tables: Pick<Tables, 'queryPage'> }) => {
  const pageOf = (
    partition: string,
    prefix: string,
    after: string | undefined,
    limit: number | undefined,
  ) => {
    const query: Query = { partition, consistent: true, filter: isPresent, limit };
    if (prefix !== '') query.sort = { beginsWith: prefix };
    if (after !== undefined) query.startAfter = { pk: partition, sk: after };
    return query;
  };

  /** Keys in order, those that go on behind the delimiter as one prefix. */
  const inOrder = async (
    caller: Caller,
    bucket: string,
    { prefix = '', delimiter = '' }: BucketQuery,
    { cursor, pageSize }: Pick<ListRequest, 'cursor' | 'pageSize'>,
  ): Promise<Listed<BucketEntry[]>> => {
    const { tenant } = caller.principal;
    const partition = bucketPartition(tenant, bucket);
    const items: BucketEntry[] = [];
    let after = cursor === undefined ? undefined : decodeCursor(cursor, prefix);
    /** The prefix that keys stand together under, until one that does not begin with it. */
    let folded = after?.endsWith(last) ? withoutLast(after) : undefined;
    for (;;) {
      const page = await tables.queryPage({
        ...pageOf(partition, prefix, after, pageSize + 1 - items.length),
        signal: caller.signal,
      });
      for (const item of page.items) {
        const key = String(item.sk);
        if (folded !== undefined && key.startsWith(folded)) continue;
        if (items.length === pageSize) return { items, nextCursor: encodeCursor(after ?? '') };
        const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
        folded = end < 0 ? undefined : key.slice(0, end + delimiter.length);
        items.push(
          folded === undefined ? objectOf(headOf(item, { tenant, bucket, key })) : { prefix: folded },
        );
        after = folded === undefined ? key : folded + last;
      }
      if (!page.lastKey) return { items };
      const read = String(page.lastKey.sk);
      if (folded === undefined || !read.startsWith(folded)) after = read;
    }
  };

  /** Everything in the bucket, newest first, as long as an answer can hold it. */
  const whole = async (caller: Caller, bucket: string): Promise<Listed<BucketEntry[]>> => {
    const { tenant } = caller.principal;
    const partition = bucketPartition(tenant, bucket);
    const items: StoredObject[] = [];
    let size = 0;
    let after: string | undefined;
    for (;;) {
      const page = await tables.queryPage({
        ...pageOf(partition, '', after, undefined),
        signal: caller.signal,
      });
      for (const item of page.items) {
        const entry = objectOf(headOf(item, { tenant, bucket, key: String(item.sk) }));
        size += Buffer.byteLength(JSON.stringify(entry));
        if (size > maxListBytes) {
          const nextCursor = encodeCursor(items.at(-1)?.key ?? '');
          return { items: items.sort(newestFirst), nextCursor };
        }
        items.push(entry);
      }
      if (!page.lastKey) return { items: items.sort(newestFirst) };
      after = String(page.lastKey.sk);
    }
  };

  return (
    caller: Caller,
    bucket: string,
    query: BucketQuery,
    list: ListRequest,
  ): Promise<Listed<BucketEntry[]>> => {
    if (list.q !== undefined) throw invalid('q', 'can not be given: a bucket is searched by prefix');
    if ((list.page ?? 1) > 1)
      throw invalid('page', 'can not be given: the pages of a bucket go on by cursor');
    const isWhole = !list.paged && query.prefix === undefined && query.delimiter === undefined;
    return isWhole ? whole(caller, bucket) : inOrder(caller, bucket, query, list);
  };
};
