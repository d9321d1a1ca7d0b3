import { invalid } from '../../platform/errors/index.ts';
import { parseId } from '../../platform/ids.ts';
import { partitionOf } from '../../platform/table/keys.ts';
import type { Item, Tables, Write } from '../../platform/table/types.ts';
import { CronRun } from './run-schema.ts';

const daySeconds = 86_400;
/** A month of history, or a day of those that run all the time, and otherwise about so many runs. */
const longestKeptSeconds = 30 * daySeconds;
const shortestKeptSeconds = daySeconds;
const keptRuns = 1_000;

/** How long a run's history is kept, by the time to the next run, in milliseconds. */
export const keptSecondsFor = (intervalMilliseconds: number): number =>
  Math.min(
    longestKeptSeconds,
    Math.max(shortestKeptSeconds, Math.ceil((keptRuns * intervalMilliseconds) / 1_000)),
  );

const historyPartition = (tenant: string, jobId: string): string =>
  `${partitionOf(tenant, 'CRON_JOB')}#${jobId}#RUNS`;

/** What is shown of a run, whole: as it is now. Safe to repeat. @param now milliseconds */
export const historyWrite = (tenant: string, run: CronRun, keptSeconds: number, now: number): Write => {
  const { id, job_id, ...rest } = run;
  return {
    put: {
      table: 'ephemeral',
      pk: historyPartition(tenant, job_id),
      sk: id,
      ...rest,
      expires_at: Math.ceil(now / 1_000) + keptSeconds,
    },
  };
};

const runOf = (jobId: string, { sk, pk: _, expires_at: __, ...item }: Item): CronRun =>
  CronRun.parse({ ...item, id: sk, job_id: jobId });

/**
 * Runs of a job, by the time that they were planned for, newest first. Whether the job is the tenant's is the caller's to
 * check.
 * @param options `limit` 1 to 100; `cursor` as given with the page before
 * @throws CloudError `INVALID_INPUT` for a cursor that no page gave
 */
export const listRuns = async (
  tables: Pick<Tables, 'queryPage'>,
  job: { tenant: string; id: string },
  { limit, cursor, signal }: { limit: number; cursor?: string; signal?: AbortSignal },
): Promise<{ items: CronRun[]; nextCursor?: string }> => {
  if (cursor !== undefined && !parseId(cursor)) throw invalid('cursor', 'is not one that a page has given');
  const { items: found } = await tables.queryPage({
    table: 'ephemeral',
    partition: historyPartition(job.tenant, job.id),
    descending: true,
    limit: limit + 1,
    signal,
    ...(cursor !== undefined && { sort: { before: cursor } }),
  });
  const items = found.slice(0, limit).map((item) => runOf(job.id, item));
  const last = items.at(-1);
  return last && found.length > limit ? { items, nextCursor: last.id } : { items };
};
