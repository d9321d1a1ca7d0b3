import { randomUUID } from 'node:crypto';
import { createBreakers } from '../../../../lib/platform/breaker/breakers.ts';
import { type Clock, systemClock } from '../../../../lib/platform/clock.ts';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { newId } from '../../../../lib/platform/ids.ts';
import { createReconciler } from '../../../../lib/platform/lifecycle/reconciler.ts';
import { createStore } from '../../../../lib/platform/store/create-store.ts';
import { newRecord } from '../../../../lib/platform/store/new-record.ts';
import type { Limits } from '../../../../lib/platform/store/types.ts';
import type { Tables } from '../../../../lib/platform/table/types.ts';
import { batchActions } from '../../../../lib/services/batch-jobs/actions/index.ts';
import { createAdvance } from '../../../../lib/services/batch-jobs/advance.ts';
import { createBatchJobController } from '../../../../lib/services/batch-jobs/controller.ts';
import {
  type BatchJobRecord,
  batchJobKind,
  countsOf,
  isFinished,
} from '../../../../lib/services/batch-jobs/record.ts';
import { CreateBatchJob, type JobCounts } from '../../../../lib/services/batch-jobs/schema.ts';
import { BatchJobs } from '../../../../lib/services/batch-jobs/service.ts';
import type { InstanceRecord } from '../../../../lib/services/instances/record.ts';
import {
  createInstancePlans,
  type LaunchTemplate,
  selectInstances,
} from '../../../../lib/services/instances/service.ts';
import { networkLimits, openNetworks } from '../../../support/network.ts';
import { everything, newCaller } from '../instances/harness.ts';

export { everything, newCaller };

const silent = { info: () => undefined, warn: () => undefined };

export interface BatchOptions {
  clock?: Clock;
  limits?: Limits;
  isSuspended?: (tenant: string) => Promise<boolean>;
}

/** Batch jobs over real tables, as the API function and the worker compose them, and what a test does with them. */
export const openBatch = (
  tables: Tables,
  { clock = systemClock, limits = { ...networkLimits, batch_jobs: 20 }, isSuspended }: BatchOptions = {},
) => {
  const platform = openNetworks(tables, { clock, limits });
  const store = createStore(batchJobKind, { tables, clock, limits });
  const breakers = createBreakers({ tables, clock });
  const plans = createInstancePlans({ store: platform.stores.instances, tables, clock, newId });
  const jobs = new BatchJobs({
    store,
    tables,
    actions: batchActions,
    select: selectInstances(tables),
    check: (action, parameters) => {
      if (action === 'instance.launch') platform.bulk.check(parameters as LaunchTemplate);
    },
    clock,
    newId,
  });
  /** A worker of its own: several may work on one job at once. */
  const newWorker = (over: Tables = tables) => {
    const stored = { tables: over, clock, limits };
    const jobsOver = createStore(batchJobKind, stored);
    const there = over === tables ? platform : openNetworks(over, { clock, limits });
    const advance = createAdvance({
      store: jobsOver,
      tables: over,
      services: {
        tables: over,
        bulk: there.bulk,
        plans: createInstancePlans({ store: there.stores.instances, tables: over, clock, newId }),
        newId,
      },
      actions: batchActions,
      breakers: createBreakers({ tables: over, clock }),
      isSuspended: isSuspended ?? (async () => false),
      clock,
      log: silent,
    });
    const controller = createBatchJobController({ advance, tables: over });
    const reconciler = createReconciler({
      kinds: [{ controller, store: jobsOver }],
      tables: over,
      clock,
      log: silent,
    });
    return {
      /** Looks at one job once, whatever time it is. */
      look: async ({ principal: { tenant } }: Caller, id: string) => {
        const message = {
          kind: batchJobKind.kind,
          tenant,
          id,
          generation: 0,
          event_id: randomUUID(),
          observed: true,
        };
        const [result] = await reconciler.handle([message], {
          signal: AbortSignal.timeout(20_000),
          deadline: clock.now() + 20_000,
        });
        if (result && 'error' in result) throw result.error;
        return result?.ending;
      },
    };
  };
  const worker = newWorker();

  const find = async ({ principal: { tenant } }: Caller, id: string): Promise<BatchJobRecord> => {
    const record = await store.find(tenant, id, { tombstones: true });
    if (!record) throw new Error(`there is no job ${id}`);
    return record;
  };

  /** What EC2 would have made of every instance of the tenant by now: what is wanted is so, what is deleted is gone. */
  const settleInstances = async (
    { principal: { tenant } }: Caller,
    become: (instance: InstanceRecord) => Partial<InstanceRecord> | undefined = () => ({}),
  ): Promise<void> => {
    const items = tables.query({ partition: `T#${tenant}#INSTANCE`, consistent: true });
    const ids: string[] = [];
    for await (const { sk } of items) ids.push(String(sk));
    for (const instance of (await plans.many(tenant, ids)).values()) {
      const set = become(instance);
      if (!set) continue;
      if (instance.deleted_at)
        await platform.stores.instances.forget(instance, { instances: 1, vcpus: instance.vcpus });
      else if (instance.observed_generation < instance.generation)
        await platform.stores.instances.settle(instance, {
          set: {
            status: (instance.desired_status ?? instance.status) as InstanceRecord['status'],
            observed_generation: instance.generation,
            ...set,
          },
          remove: ['next_attempt_at'],
        });
    }
  };

  /** Instances that run, or are as given. */
  const makeInstances = async (
    caller: Caller,
    count: number,
    change: (index: number) => Partial<InstanceRecord> = () => ({}),
  ): Promise<string[]> => {
    const ids: string[] = [];
    for (let start = 0; start < count; start += 45) {
      const records = Array.from(
        { length: Math.min(45, count - start) },
        (_, index): InstanceRecord => ({
          ...newRecord(newId, caller),
          name: `web-${start + index}`,
          status: 'RUNNING',
          observed_generation: 1,
          image: 'nginx',
          instance_type: 't3.micro',
          vcpus: 2,
          ...change(start + index),
        }),
      );
      await platform.stores.instances.createMany(caller, records, {
        usageOf: ({ vcpus }) => ({ instances: 1, vcpus }),
      });
      ids.push(...records.map(({ id }) => id));
    }
    return ids;
  };

  const create = (caller: Caller, input: Record<string, unknown>) =>
    jobs.create(caller, CreateBatchJob.parse(input));

  /** Every item of a job. */
  const itemsOf = async (caller: Caller, id: string) => {
    const all = [];
    let cursor: string | undefined;
    do {
      const page = await jobs.items(caller, id, { ...everything, ...(cursor && { cursor }) }, {});
      all.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor);
    return all;
  };

  /** Looks until the job has ended, while EC2 does its part. */
  const run = async (
    caller: Caller,
    id: string,
    become?: Parameters<typeof settleInstances>[1],
    looks = 100,
  ): Promise<BatchJobRecord> => {
    for (let count = 0; count < looks; count++) {
      await worker.look(caller, id);
      const job = await find(caller, id);
      if (isFinished(job)) return job;
      await settleInstances(caller, become);
    }
    throw new Error(`job ${id} does not end`);
  };

  return {
    platform,
    store,
    jobs,
    breakers,
    worker,
    newWorker,
    find,
    create,
    itemsOf,
    run,
    makeInstances,
    settleInstances,
    plans,
  };
};
export type Batch = ReturnType<typeof openBatch>;

/** What the counts of a job and of its items must come to, whenever one looks. */
export const recount = (
  job: BatchJobRecord,
  items: readonly { status: string }[],
): { counts: JobCounts; fromItems: JobCounts } => {
  const of = (status: string) => items.filter((item) => item.status === status).length;
  return {
    counts: countsOf(job),
    fromItems: {
      total: items.length,
      pending: of('pending'),
      running: of('running'),
      succeeded: of('succeeded'),
      failed: of('failed'),
      cancelled: of('cancelled'),
    },
  };
};
