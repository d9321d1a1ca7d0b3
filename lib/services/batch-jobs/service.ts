import type { Clock } from '../../platform/clock.ts';
import { CloudError } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import type { NewId } from '../../platform/ids.ts';
import { alongWith, requested } from '../../platform/lifecycle/requested.ts';
import { newRecord } from '../../platform/store/new-record.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { Tables } from '../../platform/table/types.ts';
import type { BatchAction } from './actions/action.ts';
import { itemsFrom, pageOfItems } from './items.ts';
import { createManifestReader, manifestWrites } from './manifest.ts';
import { type BatchJobRecord, batchJobOf, batchJobUsage, isFinished } from './record.ts';
import type { BatchItem, BatchJob, CreateBatchJob, ItemFilters, JobFilters } from './schema.ts';
import {
  actionNamed,
  checkPermission,
  parametersFor,
  type Select,
  type Targets,
  targetsFor,
} from './targets.ts';

export { type BatchJobRecord, batchJobKind } from './record.ts';

export interface BatchJobsOptions {
  store: ResourceStore<BatchJobRecord>;
  tables: Pick<Tables, 'get' | 'query'>;
  actions: ReadonlyMap<string, BatchAction>;
  select: Select;
  /** What would be refused of an action's parameters whatever there is room for; throws a CloudError. */
  check(action: string, parameters: unknown): void;
  clock: Clock;
  newId: NewId;
}

/** Jobs of a tenant that are kept: with one more, the oldest goes, if it has ended. */
export const keptJobs = 500;

interface NewJob extends Targets, Pick<CreateBatchJob, 'concurrency' | 'continue_on_error'> {
  action: BatchAction;
  parameters: unknown;
  retryOf?: string;
}

/** The rules of batch jobs. It only ever writes what is wanted; the controller runs them. */
export class BatchJobs {
  readonly #options: BatchJobsOptions;

  constructor(options: BatchJobsOptions) {
    this.#options = options;
  }

  /**
   * Records a new job in `pending` with all that it is for: one transaction.
   * @throws CloudError `INVALID_INPUT`, `FORBIDDEN` for an action that the caller may not do, `RESOURCE_LIMIT_EXCEEDED` for
   * an unfinished job too many
   */
  async create(caller: Caller, input: CreateBatchJob): Promise<BatchJob> {
    const { actions, check, select } = this.#options;
    const action = actionNamed(actions, input.action);
    checkPermission(caller, action);
    const parameters = parametersFor(action, input.parameters, (given) => check(action.name, given));
    const targets = await targetsFor(caller, action, input, select);
    return this.#record(caller, { ...input, ...targets, action, parameters });
  }

  /** A page where one is asked for, else the tenant's jobs, newest first. */
  async list(caller: Caller, request: ListRequest, { state }: JobFilters): Promise<Listed<BatchJob[]>> {
    const { tenant } = caller.principal;
    const filters = { equals: { status: state } };
    const listed = await this.#options.store.page(tenant, request, filters, caller.signal);
    return { ...listed, items: listed.items.map(batchJobOf) };
  }

  /** @throws CloudError `NOT_FOUND` */
  async get(caller: Caller, id: string): Promise<BatchJob> {
    return batchJobOf(await this.#find(caller, id));
  }

  /** A job's items in the order of their index. @throws CloudError `NOT_FOUND` */
  async items(
    caller: Caller,
    id: string,
    request: ListRequest,
    { status }: ItemFilters,
  ): Promise<Listed<BatchItem[]>> {
    const job = await this.#find(caller, id);
    return pageOfItems(this.#options.tables, job, request, status, caller.signal);
  }

  /**
   * Nothing more begins; what is under way comes to its end. Cancelling what is being cancelled is no change.
   * @throws CloudError `NOT_FOUND`, `FORBIDDEN`, `CONFLICT` for a job that has ended otherwise
   */
  async cancel(caller: Caller, id: string): Promise<BatchJob> {
    const { store, actions } = this.#options;
    const event = requested(this.#options, caller, 'cancel');
    const after = await store.change(
      caller,
      id,
      (job) => {
        checkPermission(caller, actionNamed(actions, job.action));
        if (job.status === 'cancelled' || (job.halted && !isFinished(job))) return undefined;
        if (isFinished(job)) throw new CloudError('CONFLICT', `the job is ${job.status}`);
        return { set: { halted: 'cancelled', desired_status: 'cancelled', event }, intent: true };
      },
      batchJobOf,
    );
    return batchJobOf(after);
  }

  /**
   * A new job of the failed items, with the same action, parameters and settings.
   * @throws CloudError `NOT_FOUND`, `FORBIDDEN`, `CONFLICT` for a job that has not ended, or without a failed item,
   * `RESOURCE_LIMIT_EXCEEDED`
   */
  async retry(caller: Caller, id: string): Promise<BatchJob> {
    const { actions, tables } = this.#options;
    const { signal } = caller;
    const job = await this.#find(caller, id);
    const action = actionNamed(actions, job.action);
    checkPermission(caller, action);
    if (!isFinished(job)) throw new CloudError('CONFLICT', `the job is ${job.status}: it has not ended`);
    if (job.failed === 0) throw new CloudError('CONFLICT', 'no item of the job has failed');
    const failed: BatchItem[] = [];
    for await (const item of itemsFrom(tables, job, 0, 'failed', signal)) failed.push(item);
    const targets = action.takes === 'count' ? [] : failed.flatMap(({ target_id }) => target_id ?? []);
    return this.#record(caller, {
      ...job,
      action,
      targets,
      total: failed.length,
      parameters: await createManifestReader(tables, job, signal).parameters(),
      retryOf: job.id,
    });
  }

  #find(caller: Caller, id: string): Promise<BatchJobRecord> {
    return this.#options.store.get(caller.principal.tenant, id, { signal: caller.signal });
  }

  async #record(
    caller: Caller,
    { action, parameters, targets, retryOf, ...settings }: NewJob,
  ): Promise<BatchJob> {
    const { store, newId } = this.#options;
    const record: BatchJobRecord = {
      ...newRecord(newId, caller),
      name: action.name,
      status: 'pending',
      action: action.name,
      concurrency: settings.concurrency,
      continue_on_error: settings.continue_on_error,
      retry_of: retryOf,
      home_zone: caller.principal.homeZone,
      total: settings.total,
      running: 0,
      succeeded: 0,
      failed: 0,
      open_chunks: [],
      event: requested(this.#options, caller, 'run'),
    };
    const answer = batchJobOf(record);
    const manifest = manifestWrites(record, targets, parameters);
    await this.#makeRoom(caller);
    await store.create(caller, record, { usage: batchJobUsage, answer, extra: manifest });
    return answer;
  }

  /**
   * The oldest job goes before one too many comes, so that what is kept of old ones is bounded. A transaction of its own: both
   * change the tenant's counter, and what dies in between has merely made room.
   */
  async #makeRoom(caller: Caller): Promise<void> {
    const { store, clock } = this.#options;
    const { tenant } = caller.principal;
    const { items, page } = await store.page(
      tenant,
      { paged: true, page: 1, pageSize: 1, sortBy: 'createdAt', sortDir: 'asc' },
      {},
      caller.signal,
    );
    const [oldest] = items;
    if (!oldest || (page?.total ?? 0) < keptJobs || !isFinished(oldest)) return;
    const event = alongWith(oldest.id, new Date(clock.now()).toISOString());
    await store.removeAlong(tenant, oldest.id, { set: { event } }, caller.signal);
  }
}
