import type { Clock } from '../../platform/clock.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import type { NewId } from '../../platform/ids.ts';
import { requested } from '../../platform/lifecycle/requested.ts';
import { newRecord } from '../../platform/store/new-record.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { Volumes } from '../volumes/service.ts';
import { anchorOf, nextRun } from './due.ts';
import { type ScheduleRecord, scheduleOf, scheduleUsage } from './record.ts';
import type { CreateSnapshotSchedule, SnapshotSchedule, UpdateSnapshotSchedule } from './schema.ts';

export { takeAlongSchedules } from './along.ts';
export { type ScheduleRecord, scheduleKind } from './record.ts';

export interface SnapshotSchedulesOptions {
  store: ResourceStore<ScheduleRecord>;
  volumes: Pick<Volumes, 'find'>;
  clock: Clock;
  newId: NewId;
}

type Answer = { message: string };

type Times = Pick<ScheduleRecord, 'status' | 'anchor' | 'next_run_at'>;

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

const timesOf = (
  now: number,
  { interval_hours, at, enabled }: { interval_hours: number; at?: string; enabled: boolean },
): Times => {
  const anchor = anchorOf(now, interval_hours, at);
  return {
    status: enabled ? 'ACTIVE' : 'PAUSED',
    anchor: iso(anchor),
    ...(enabled && { next_run_at: iso(nextRun(anchor, interval_hours, now)) }),
  };
};

/** The rules of snapshot schedules, which are beyond the contract. The controller runs them. */
export class SnapshotSchedules {
  readonly #options: SnapshotSchedulesOptions;

  constructor(options: SnapshotSchedulesOptions) {
    this.#options = options;
  }

  /** @throws CloudError `NOT_FOUND` for an unknown volume, `CONFLICT` for a taken name, `RESOURCE_LIMIT_EXCEEDED` */
  async create(caller: Caller, input: CreateSnapshotSchedule): Promise<SnapshotSchedule> {
    const { store, volumes, newId, clock } = this.#options;
    const { enabled, volume_id, ...settings } = input;
    const volume = await volumes.find(caller, volume_id);
    const record: ScheduleRecord = {
      ...newRecord(newId, caller),
      ...settings,
      ...timesOf(clock.now(), input),
      volume_id: volume.id,
      event: requested(this.#options, caller, 'create'),
    };
    const answer = scheduleOf(record);
    await store.create(caller, record, { usage: scheduleUsage, answer });
    return answer;
  }

  /** A page where one is asked for, else the tenant's schedules, newest first. */
  async list(caller: Caller, request: ListRequest): Promise<Listed<SnapshotSchedule[]>> {
    const listed = await this.#options.store.page(caller.principal.tenant, request, {}, caller.signal);
    return { ...listed, items: listed.items.map(scheduleOf) };
  }

  /** By id or name. @throws CloudError `NOT_FOUND` */
  async get(caller: Caller, idOrName: string): Promise<SnapshotSchedule> {
    const { signal } = caller;
    return scheduleOf(await this.#options.store.get(caller.principal.tenant, idOrName, { signal }));
  }

  /**
   * Changes what is given. A new interval, a new time of the day, and a pause's end count the times anew from now.
   * @throws CloudError `NOT_FOUND`, `CONFLICT` for a taken name
   */
  async update(caller: Caller, idOrName: string, update: UpdateSnapshotSchedule): Promise<SnapshotSchedule> {
    const { store, clock } = this.#options;
    const { enabled, at: newAt, ...settings } = update;
    const after = await store.change(
      caller,
      idOrName,
      (current) => {
        const at = newAt === null ? undefined : (newAt ?? current.at);
        const interval_hours = settings.interval_hours ?? current.interval_hours;
        const wanted = enabled ?? current.status !== 'PAUSED';
        const isSame =
          at === current.at &&
          interval_hours === current.interval_hours &&
          wanted === (current.status !== 'PAUSED');
        const times = isSame ? {} : timesOf(clock.now(), { interval_hours, at, enabled: wanted });
        return {
          set: { ...settings, at, ...times, event: requested(this.#options, caller, 'update') },
          remove: [...(at ? [] : ['at' as const]), ...(wanted ? [] : ['next_run_at' as const])],
          intent: true,
        };
      },
      scheduleOf,
    );
    return scheduleOf(after);
  }

  /** Its snapshots stay. @throws CloudError `NOT_FOUND` */
  async delete(caller: Caller, idOrName: string): Promise<Answer> {
    const answer = { message: 'snapshot schedule deleted' };
    const event = requested(this.#options, caller, 'delete');
    await this.#options.store.remove(caller, idOrName, () => ({ set: { event } }), answer);
    return answer;
  }
}
