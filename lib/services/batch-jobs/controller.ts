import type { Controller, Step } from '../../platform/lifecycle/types.ts';
import { createCounter } from '../../platform/store/counter.ts';
import type { Tables } from '../../platform/table/types.ts';
import type { Advance } from './advance.ts';
import { itemsPartition } from './chunk.ts';
import { type BatchJobRecord, batchJobKind, batchJobUsage, isFinished, pendingOf } from './record.ts';

export interface BatchJobControllerOptions {
  advance: Advance;
  tables: Pick<Tables, 'queryPage' | 'writeAll'>;
}

/** Items of an old job that are deleted in one go. */
const deletedTogether = 250;

const counter = createCounter(batchJobKind.kind, {});

const endOf = ({ halted }: BatchJobRecord): BatchJobRecord['status'] => halted ?? 'completed';

const outcomeOf = ({ halted, status_reason }: BatchJobRecord) =>
  halted === 'failed'
    ? { phase: 'failed' as const, error: status_reason ?? 'an item failed' }
    : { phase: 'succeeded' as const };

/** Nothing runs and nothing will. The quota is free with the same write, so that it is given back once. */
const end = (job: BatchJobRecord, now: number): Step<BatchJobRecord> => ({
  do: 'converged',
  set: { status: endOf(job), completed_at: new Date(now).toISOString() },
  remove: ['desired_status'],
  outcome: outcomeOf(job),
  extra: counter.release(job.tenant, batchJobUsage, 0),
});

/** How a batch job runs: on the lifecycle engine itself. There is no cloud to look at; the items are the runner's. */
export const createBatchJobController = ({
  advance,
  tables,
}: BatchJobControllerOptions): Controller<BatchJobRecord, readonly string[]> => ({
  kind: batchJobKind.kind,

  /** What is left of the items of jobs that are being deleted. */
  async observe(jobs, signal) {
    const seen = jobs
      .filter(({ deleted_at }) => deleted_at)
      .map(async ({ tenant, id }): Promise<[string, string[]]> => {
        const partition = itemsPartition(tenant, id);
        const page = await tables.queryPage({ partition, limit: deletedTogether, project: ['sk'], signal });
        return [id, page.items.map(({ sk }) => String(sk))];
      });
    return new Map((await Promise.all(seen)).filter(([, keys]) => keys.length > 0));
  },

  reconcile(job, items, now) {
    if (job.deleted_at) {
      if (!items) return { do: 'forget', usage: {} };
      const pk = itemsPartition(job.tenant, job.id);
      return {
        do: 'call',
        name: 'DeleteItems',
        call: async (signal) => {
          await tables.writeAll(
            items.map((sk) => ({ delete: { pk, sk } })),
            { signal },
          );
          return undefined;
        },
      };
    }
    if (isFinished(job)) return { do: 'converged' };
    if (job.running > 0 || pendingOf(job) > 0)
      return { do: 'call', name: 'AdvanceJob', call: (signal) => advance(job, signal) };
    // Also a job that was cancelled before it began has been running, if only for a moment.
    if (job.status === 'pending') return { do: 'write', set: { status: 'running' } };
    return end(job, now);
  },
});
