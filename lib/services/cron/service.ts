import type { Clock } from '../../platform/clock.ts';
import { checkUrl } from '../../platform/egress/check-url.ts';
import type { EgressPolicy } from '../../platform/egress/policy.ts';
import { CloudError, invalid } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import type { NewId } from '../../platform/ids.ts';
import { requested } from '../../platform/lifecycle/requested.ts';
import { newRecord } from '../../platform/store/new-record.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { Tables } from '../../platform/table/types.ts';
import { keptSecondsFor, listRuns } from './history.ts';
import { type CronJobRecord, cronJobOf, cronJobUsage } from './record.ts';
import { beginRun, type CronRunRecord, cronRunOf } from './run-record.ts';
import type { CronRun } from './run-schema.ts';
import { nextDue } from './schedule/due.ts';
import { parseSchedule } from './schedule/parse.ts';
import type { CreateCronJob, CronJob, CronJobFilters, CronTarget, UpdateCronJob } from './schema.ts';

export { type CronJobRecord, cronJobKind } from './record.ts';
export { type CronRunRecord, cronRunKind } from './run-record.ts';

export interface CronJobsOptions {
  store: ResourceStore<CronJobRecord>;
  runs: Pick<ResourceStore<CronRunRecord>, 'find'>;
  tables: Pick<Tables, 'queryPage'>;
  policy: EgressPolicy;
  /** That the caller has what a job is to call, and may use it. @throws CloudError */
  checkTarget(caller: Caller, target: CronTarget, payload: string): Promise<void>;
  clock: Clock;
  newId: NewId;
}

type Answer = { message: string };

type Wanted = Pick<CronJobRecord, 'target_url' | 'target_payload' | 'target'>;

/** Runs that are listed where no page is asked for; the rest follows by cursor. */
const maxListedRuns = 100;

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** The rules of cron jobs (contract 2.13). It only ever writes what is wanted; the worker makes the runs. */
export class CronJobs {
  readonly #options: CronJobsOptions;

  constructor(options: CronJobsOptions) {
    this.#options = options;
  }

  /**
   * @throws CloudError `INVALID_INPUT` for a target that can only be forbidden, `NOT_FOUND` for one that the caller has not,
   * `CONFLICT` for a taken name, `RESOURCE_LIMIT_EXCEEDED`
   */
  async create(caller: Caller, input: CreateCronJob): Promise<CronJob> {
    const { store, newId } = this.#options;
    if (input.target && input.target_url !== '')
      throw invalid('target', 'can not be given together with target_url');
    await this.#checkTarget(caller, input);
    const record: CronJobRecord = {
      ...newRecord(newId, caller),
      ...input,
      target_method: input.target_method || 'POST',
      status: 'ACTIVE',
      missed_runs: 0,
      skipped_runs: 0,
      next_run_at: this.#nextRun(input.schedule),
      event: requested(this.#options, caller, 'create'),
    };
    const answer = cronJobOf(record);
    await store.create(caller, record, { usage: cronJobUsage, answer });
    return answer;
  }

  /** A page where one is asked for, else the tenant's jobs, newest first. */
  async list(caller: Caller, request: ListRequest, { state }: CronJobFilters): Promise<Listed<CronJob[]>> {
    const { tenant } = caller.principal;
    const filters = { equals: { status: state } };
    const listed = await this.#options.store.page(tenant, request, filters, caller.signal);
    return { ...listed, items: listed.items.map(cronJobOf) };
  }

  /** @throws CloudError `NOT_FOUND` */
  async get(caller: Caller, id: string): Promise<CronJob> {
    return cronJobOf(await this.#find(caller, id));
  }

  /**
   * Changes what is given. A new schedule counts from now, also for a job that would be due in a moment.
   * @throws CloudError as `create`
   */
  async update(caller: Caller, id: string, update: UpdateCronJob): Promise<CronJob> {
    const { store } = this.#options;
    if (update.target && update.target_url !== undefined)
      throw invalid('target', 'can not be given together with target_url');
    const event = requested(this.#options, caller, 'update');
    const after = await store.change(
      caller,
      id,
      async (current) => {
        const { target, ...settings } = update;
        const target_url = update.target_url ?? (target ? '' : current.target_url);
        const kept = update.target_url === undefined ? current.target : undefined;
        const wanted = { ...current, ...settings, target_url, target: target ?? kept };
        if (target || update.target_url !== undefined || update.target_payload !== undefined)
          await this.#checkTarget(caller, wanted);
        const isNewTime = update.schedule !== undefined && current.status === 'ACTIVE';
        return {
          set: {
            ...settings,
            target_url,
            target: wanted.target,
            event,
            ...(isNewTime && { next_run_at: this.#nextRun(wanted.schedule) }),
          },
          remove: wanted.target ? [] : ['target'],
          intent: true,
        };
      },
      cronJobOf,
    );
    return cronJobOf(after);
  }

  /** Runs under way go on. Pausing a paused job is no change. @throws CloudError `NOT_FOUND` */
  async pause(caller: Caller, id: string): Promise<Answer> {
    const answer = { message: 'cron job paused' };
    const event = requested(this.#options, caller, 'pause');
    await this.#options.store.change(
      caller,
      id,
      (current) =>
        current.status === 'PAUSED'
          ? undefined
          : { set: { status: 'PAUSED', event }, remove: ['next_run_at', 'status_reason'], intent: true },
      () => answer,
    );
    return answer;
  }

  /** Its times count from now: what fell due meanwhile is not made up for. @throws CloudError `NOT_FOUND` */
  async resume(caller: Caller, id: string): Promise<Answer> {
    const answer = { message: 'cron job resumed' };
    const event = requested(this.#options, caller, 'resume');
    await this.#options.store.change(
      caller,
      id,
      (current) =>
        current.status === 'ACTIVE'
          ? undefined
          : {
              set: { status: 'ACTIVE', next_run_at: this.#nextRun(current.schedule), event },
              remove: ['status_reason'],
              intent: true,
            },
      () => answer,
    );
    return answer;
  }

  /** A run under way ends after its present call. @throws CloudError `NOT_FOUND` */
  async delete(caller: Caller, id: string): Promise<Answer> {
    const answer = { message: 'cron job deleted' };
    const event = requested(this.#options, caller, 'delete');
    await this.#options.store.remove(caller, id, () => ({ set: { event } }), answer);
    return answer;
  }

  /**
   * Runs a job now, paused or not; its times stay as they are.
   * @throws CloudError `NOT_FOUND`, `CONFLICT` while a run is under way that another may not overlap
   */
  async run(caller: Caller, id: string): Promise<CronRun> {
    const { store, runs, clock, newId } = this.#options;
    const now = clock.now();
    const runId = newId();
    const begun = (job: CronJobRecord) => {
      const keptSeconds = keptSecondsFor(Number.POSITIVE_INFINITY);
      return beginRun(job, { id: runId, trigger: 'manual', plannedAt: iso(now), keptSeconds }, now);
    };
    const after = await store.change(
      caller,
      id,
      async (current) => {
        const { tenant, overlap_policy, last_run_id } = current;
        if (overlap_policy === 'skip' && last_run_id) {
          const last = await runs.find(tenant, last_run_id, { signal: caller.signal });
          if (last?.status === 'RUNNING') throw new CloudError('CONFLICT', `the run ${last.id} is under way`);
        }
        return { set: { last_run_at: iso(now), last_run_id: runId }, extra: begun(current).writes };
      },
      (job) => cronRunOf(begun(job).run),
    );
    return cronRunOf(begun(after).run);
  }

  /** Its runs, newest first. @throws CloudError `NOT_FOUND`, `INVALID_INPUT` for a cursor that no page gave */
  async listRuns(caller: Caller, id: string, request: ListRequest): Promise<Listed<CronRun[]>> {
    const { tenant, id: jobId } = await this.#find(caller, id);
    if ((request.page ?? 1) > 1) throw invalid('page', 'runs go on with the cursor of the page before');
    return listRuns(
      this.#options.tables,
      { tenant, id: jobId },
      {
        limit: request.paged ? request.pageSize : maxListedRuns,
        cursor: request.cursor,
        signal: caller.signal,
      },
    );
  }

  #find(caller: Caller, id: string): Promise<CronJobRecord> {
    return this.#options.store.get(caller.principal.tenant, id, { signal: caller.signal });
  }

  #nextRun(schedule: string): string {
    const now = this.#options.clock.now();
    const next = nextDue(parseSchedule(schedule), now, now);
    if (next === undefined) throw invalid('schedule', 'never falls due');
    return iso(next);
  }

  async #checkTarget(caller: Caller, { target, target_url, target_payload }: Wanted): Promise<void> {
    if (target) return this.#options.checkTarget(caller, target, target_payload);
    if (target_url === '') throw invalid('target_url', 'is required');
    const checked = checkUrl(target_url, this.#options.policy);
    if ('problem' in checked) throw invalid('target_url', checked.problem);
  }
}
