import { platformTenant } from '../../platform/auth/records.ts';
import type { Clock } from '../../platform/clock.ts';
import { derivedId } from '../../platform/derived-id.ts';
import { CloudError } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import { type NewId, timeOf } from '../../platform/ids.ts';
import { requested } from '../../platform/lifecycle/requested.ts';
import { pageInMemory } from '../../platform/store/page-in-memory.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import { partitionOf } from '../../platform/table/keys.ts';
import type { LifecycleEvent } from '../../platform/table/resource.ts';
import type { Tables } from '../../platform/table/types.ts';
import type { Findings } from './findings.ts';
import { type DriftRecord, driftKind, driftReportOf, driftUsage, keptDays } from './record.ts';
import type { DriftReport, Finding, FindingFilters } from './schema.ts';

export { createFindings } from './findings.ts';
export { type DriftRecord, driftKind } from './record.ts';

export interface DriftOptions {
  store: ResourceStore<DriftRecord>;
  tables: Pick<Tables, 'query'>;
  findings: Pick<Findings, 'read'>;
  clock: Clock;
  newId: NewId;
}

const hourMilliseconds = 3_600_000;
const dayMilliseconds = 24 * hourMilliseconds;
/** Old runs that one run of the schedule takes away. */
const maxForgotten = 50;
/** Of a cloud's id, which may be a long ARN: its end tells it from others, and a cursor has room for it. */
const idLength = 48;

const newRun = (id: string, cause: DriftRecord['cause'], event: LifecycleEvent): DriftRecord => {
  const at = new Date(timeOf(id)).toISOString();
  return {
    id,
    tenant: platformTenant,
    user_id: event.user ?? platformTenant,
    name: '',
    status: 'PENDING',
    cause,
    kinds: [],
    pages: {},
    version: 1,
    generation: 1,
    observed_generation: 0,
    attempt: 1,
    failures: 0,
    created_at: at,
    updated_at: at,
    event,
  };
};

/** Comparisons of the table with the cloud. A request writes down that one is wanted; the lifecycle engine carries it out. */
export class Drift {
  readonly #options: DriftOptions;

  constructor(options: DriftOptions) {
    this.#options = options;
  }

  /** An administrator asks for a run. */
  async begin(caller: Caller): Promise<DriftReport> {
    const record = newRun(this.#options.newId(), 'request', requested(this.#options, caller, 'reconcile'));
    const answer = driftReportOf(record);
    await this.#options.store.create(caller, record, { usage: driftUsage, answer });
    return answer;
  }

  /**
   * The schedule asks for a run: one an hour, however often its message arrives. Takes away what is older than is kept.
   * @returns the run's id, and whether it is new
   */
  async beginScheduled(signal: AbortSignal): Promise<{ id: string; isNew: boolean }> {
    const { store, clock } = this.#options;
    const now = clock.now();
    await this.#forgetOld(now, signal);
    const id = derivedId(Math.floor(now / hourMilliseconds) * hourMilliseconds, driftKind.kind);
    const at = new Date(now).toISOString();
    const event: LifecycleEvent = { id, action_id: id, action: 'reconcile', phase: 'requested', at };
    const caller = { requestId: id, signal, viewerAddress: '', userAgent: 'schedule' };
    try {
      await store.create(caller, newRun(id, 'schedule', event), { usage: driftUsage });
      return { id, isNew: true };
    } catch (error) {
      if (error instanceof CloudError && error.type === 'CONFLICT') return { id, isNew: false };
      throw error;
    }
  }

  /** Newest first. */
  async list(caller: Caller, request: ListRequest): Promise<Listed<DriftReport[]>> {
    const listed = await this.#options.store.page(platformTenant, request, {}, caller.signal);
    return { ...listed, items: listed.items.map(driftReportOf) };
  }

  /** @throws CloudError `NOT_FOUND` */
  async get(caller: Caller, id: string): Promise<DriftReport> {
    return driftReportOf(await this.#options.store.get(platformTenant, id, { signal: caller.signal }));
  }

  /** What a run has found, kind by kind. @throws CloudError `NOT_FOUND` */
  async findings(
    caller: Caller,
    id: string,
    request: ListRequest,
    { kind, verdict }: FindingFilters,
  ): Promise<Listed<Finding[]>> {
    const { store, findings } = this.#options;
    const report = await store.get(platformTenant, id, { signal: caller.signal });
    const all = (await findings.read(report, caller.signal))
      .filter((one) => (!kind || one.kind === kind) && (!verdict || one.verdict === verdict))
      .map((finding) => ({
        id: `${finding.kind} ${finding.cloud_id.slice(-idLength)}`,
        name: `${finding.cloud_id} ${finding.resource_id ?? ''}`,
        status: finding.verdict,
        finding,
      }));
    const { items, ...page } = pageInMemory(all, request);
    return { ...page, items: items.map(({ finding }) => finding) };
  }

  async #forgetOld(now: number, signal: AbortSignal): Promise<void> {
    const { store, tables } = this.#options;
    const oldest = derivedId(now - keptDays * dayMilliseconds, '').slice(0, 13);
    const partition = partitionOf(platformTenant, driftKind.kind);
    const at = new Date(now).toISOString();
    let forgotten = 0;
    for await (const { sk, deleted_at } of tables.query({
      partition,
      sort: { before: oldest },
      project: ['sk', 'deleted_at'],
      signal,
    })) {
      if (deleted_at) continue;
      if (forgotten++ === maxForgotten) break;
      const id = `${sk}:old`;
      const event: LifecycleEvent = { id, action_id: id, action: 'delete', phase: 'requested', at };
      await store.removeAlong(platformTenant, String(sk), { set: { event } }, signal);
    }
  }
}
