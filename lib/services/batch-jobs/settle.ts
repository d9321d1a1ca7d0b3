import { VersionMoved } from '../../platform/store/signals.ts';
import type { Ended } from './actions/action.ts';
import { type Chunk, chunkItem, chunkKey, chunkOf, type ItemState } from './chunk.ts';
import { JobMoved, type Look, type RunnerOptions } from './ports.ts';
import type { BatchJobRecord } from './record.ts';

/** Chunks whose ends are written together: well within a transaction, and within its 4 MB. */
const chunksTogether = 50;

const countOf = (items: readonly ItemState[], status: ItemState['status']): number =>
  items.filter((item) => item.status === status).length;

const afterEnds = ({ number, items }: Chunk, ended: ReadonlyMap<string, Ended>): Chunk => ({
  number,
  items: items.map((item) => {
    const end = item.status === 'running' && item.target !== undefined && ended.get(item.target);
    return end ? { target: item.target, ...end } : item;
  }),
});

/** What a job's record says once these chunks have become those. */
const settled = (
  job: BatchJobRecord,
  before: readonly Chunk[],
  after: readonly Chunk[],
  now: number,
): Partial<BatchJobRecord> => {
  const grown = (status: ItemState['status']) =>
    after.reduce((sum, { items }) => sum + countOf(items, status), 0) -
    before.reduce((sum, { items }) => sum + countOf(items, status), 0);
  const failures = grown('failed');
  const done = after.filter(({ items }) => countOf(items, 'running') === 0).map(({ number }) => number);
  return {
    running: job.running + grown('running'),
    succeeded: job.succeeded + grown('succeeded'),
    failed: job.failed + failures,
    open_chunks: job.open_chunks.filter((number) => !done.includes(number)),
    progress_at: new Date(now).toISOString(),
    ...(failures > 0 && !job.continue_on_error && !job.halted && { halted: 'failed' }),
  };
};

/** Chunks of a job by their numbers, strongly consistent. @throws Error where one is not there, which is a bug */
export const readChunks = async (
  tables: RunnerOptions['tables'],
  { tenant, id }: BatchJobRecord,
  numbers: readonly number[],
  signal: AbortSignal,
): Promise<Chunk[]> => {
  const keys = numbers.map((number) => chunkKey(tenant, id, number));
  const chunks = (await tables.batchGet(keys, { consistent: true, signal })).map(chunkOf);
  if (chunks.length !== numbers.length) throw new Error(`chunks of job ${id} are missing`);
  return chunks.sort((a, b) => a.number - b.number);
};

/**
 * Looks how the running items of a job are and writes down those that have ended, each with the job's counts in one
 * transaction under the job's version.
 * @returns the job afterwards
 * @throws JobMoved
 */
export const settleRunning = async (
  { tables, store, services, clock }: RunnerOptions,
  { action, signal }: Look,
  job: BatchJobRecord,
): Promise<BatchJobRecord> => {
  if (job.open_chunks.length === 0) return job;
  const chunks = await readChunks(tables, job, job.open_chunks, signal);
  const running = chunks
    .flatMap(({ items }) => items)
    .filter(({ status, target }) => status === 'running' && target !== undefined);
  const byTarget = new Map(running.map((item) => [item.target ?? '', item]));
  const ended = await action.follow(byTarget, job.tenant, services, signal);
  const changed = chunks.filter(({ items }) =>
    items.some(({ status, target }) => status === 'running' && ended.has(target ?? '')),
  );
  let current = job;
  for (let start = 0; start < changed.length; start += chunksTogether) {
    const before = changed.slice(start, start + chunksTogether);
    const after = before.map((chunk) => afterEnds(chunk, ended));
    const { after: next, write } = store.plan(current, { set: settled(current, before, after, clock.now()) });
    const puts = after.map((chunk) => ({ put: chunkItem(job.tenant, job.id, chunk) }));
    try {
      await tables.transact([write, ...puts], { signal });
    } catch (error) {
      throw error instanceof VersionMoved ? new JobMoved() : error;
    }
    current = next;
  }
  return current;
};
