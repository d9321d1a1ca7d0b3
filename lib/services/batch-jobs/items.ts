import { invalid } from '../../platform/errors/index.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import { decodeCursor, encodeCursor } from '../../platform/store/cursor.ts';
import { fullListLimit, pageOf } from '../../platform/store/paging.ts';
import type { Tables } from '../../platform/table/types.ts';
import {
  batchItemOf,
  chunkKey,
  chunkOf,
  chunkSize,
  chunkSortKeys,
  type ItemState,
  itemsPartition,
} from './chunk.ts';
import { createManifestReader } from './manifest.ts';
import { type BatchJobRecord, begunOf, countsOf } from './record.ts';
import type { BatchItem, ItemStatus } from './schema.ts';

type Reads = Pick<Tables, 'get' | 'query'>;

/** Targets that are read from the manifest at a time. */
const manifestStep = 100;

/** The items of a job that were begun, from an index on, as their chunks say it. */
async function* begunItems(
  tables: Reads,
  { tenant, id }: BatchJobRecord,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<[number, ItemState]> {
  const first = Math.floor(from / chunkSize);
  const chunks = tables.query({
    partition: itemsPartition(tenant, id),
    sort:
      first === 0
        ? chunkSortKeys
        : { between: [chunkKey(tenant, id, first).sk, chunkKey(tenant, id, 999_999).sk] },
    consistent: true,
    limit: 100,
    signal,
  });
  for await (const item of chunks) {
    const { number, items } = chunkOf(item);
    for (const [place, state] of items.entries()) {
      const index = number * chunkSize + place;
      if (index >= from) yield [index, state];
    }
  }
}

/** The items of a job from an index on, in the order of their index, those of one status where one is given. */
export async function* itemsFrom(
  tables: Reads,
  job: BatchJobRecord,
  from: number,
  status: ItemStatus | undefined,
  signal: AbortSignal,
): AsyncGenerator<BatchItem> {
  let next = from;
  const hasNotBegun = status === 'pending' || status === 'cancelled';
  if (hasNotBegun) next = Math.max(from, begunOf(job));
  else
    for await (const [index, state] of begunItems(tables, job, from, signal)) {
      next = index + 1;
      if (status === undefined || state.status === status) yield batchItemOf(index, state);
    }
  if (status !== undefined && !hasNotBegun) return;
  const rest = job.halted ? 'cancelled' : 'pending';
  if (status !== undefined && status !== rest) return;
  const manifest = createManifestReader(tables, job, signal);
  const hasTargets = (await manifest.hasTargets()) && next < job.total;
  while (next < job.total) {
    const end = Math.min(job.total, next + manifestStep);
    const targets = hasTargets ? await manifest.targets(next, end) : [];
    for (let index = next; index < end; index++) {
      const target = targets[index - next];
      yield { index, ...(target !== undefined && { target_id: target }), status: rest };
    }
    next = end;
  }
}

/** The index behind the last item of the page before. @throws CloudError `INVALID_INPUT` for what no page gave */
const behind = (id: string): number => {
  if (!/^\d{1,4}$/.test(id)) throw invalid('cursor', 'is not a cursor that a page has given');
  return Number(id) + 1;
};

/**
 * A page of a job's items, in the order of their index. Its cost is that of the chunks from its first item on; with a
 * status, of those that were begun up to its last.
 * @throws CloudError `INVALID_INPUT` for a cursor that no page gave
 */
export const pageOfItems = async (
  tables: Reads,
  job: BatchJobRecord,
  request: ListRequest,
  status: ItemStatus | undefined,
  signal: AbortSignal,
): Promise<Listed<BatchItem[]>> => {
  const size = request.paged ? request.pageSize : fullListLimit;
  const cursor = request.cursor === undefined ? undefined : decodeCursor(request, request.cursor);
  const page = cursor?.page ?? request.page ?? 1;
  const skipped = cursor ? 0 : (page - 1) * size;
  const start = cursor ? behind(cursor.id) : status === undefined ? skipped : 0;
  let skip = status === undefined ? 0 : skipped;
  const items: BatchItem[] = [];
  let more = false;
  for await (const item of itemsFrom(tables, job, start, status, signal)) {
    if (skip > 0) {
      skip--;
      continue;
    }
    if (items.length === size) {
      more = true;
      break;
    }
    items.push(item);
  }
  const last = items.at(-1);
  const counts = countsOf(job);
  const total = status === undefined ? counts.total : counts[status];
  return {
    items,
    ...(request.paged && { page: { ...pageOf(request, page, total), sortBy: 'index', sortDir: 'asc' } }),
    ...(more &&
      last && { nextCursor: encodeCursor(request, { value: '', id: String(last.index), page: page + 1 }) }),
  };
};
