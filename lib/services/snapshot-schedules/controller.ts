import type { Controller, Step } from '../../platform/lifecycle/types.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { SnapshotRecord } from '../snapshots/service.ts';
import type { VolumeRecord } from '../volumes/service.ts';
import { nextRun } from './due.ts';
import { type ScheduleRecord, scheduleKind, scheduleUsage } from './record.ts';
import type { SnapshotMaker } from './snapshot-maker.ts';

type ScheduleStep = Step<ScheduleRecord>;

/** What is there: the volume, and the schedule's own snapshots, newest first. */
export interface ObservedSchedule {
  volume?: VolumeRecord;
  made: readonly SnapshotRecord[];
}

export interface ScheduleControllerOptions {
  maker: SnapshotMaker;
  volumes: Pick<ResourceStore<VolumeRecord>, 'find'>;
}

/** While a copy is under way, how often it is looked whether an older one may go. */
const shortestLookMilliseconds = 10_000;
const longestLookMilliseconds = 3_600_000;

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** The good ones beyond those that are kept, oldest last. Failed ones and those under way replace none. */
const surplus = ({ retain }: ScheduleRecord, made: readonly SnapshotRecord[]): SnapshotRecord[] =>
  made.filter(({ status }) => status === 'AVAILABLE').slice(retain);

/**
 * How a schedule runs: on the lifecycle engine itself, by looking again when it is next due. The time of a run is written
 * down before its snapshot is made, and the snapshot's id follows from it: whatever dies in between, a run makes one.
 */
export const createScheduleController = ({
  maker,
  volumes,
}: ScheduleControllerOptions): Controller<ScheduleRecord, ObservedSchedule> => {
  const run = (wanted: ScheduleRecord, runAt: string, now: number): ScheduleStep => ({
    do: 'call',
    name: 'TakeSnapshot',
    call: async (signal) => {
      const result = await maker.run(wanted, runAt, signal);
      const made = 'snapshotId' in result;
      return {
        set: {
          last_run_at: runAt,
          next_run_at: iso(nextRun(Date.parse(wanted.anchor), wanted.interval_hours, now)),
          ...(made ? { last_snapshot_id: result.snapshotId } : { last_error: result.error }),
        },
        remove: ['run_at', ...(made ? ['last_error' as const] : [])],
      };
    },
  });

  const drop = (snapshots: readonly SnapshotRecord[], now: number): ScheduleStep => ({
    do: 'call',
    name: 'DropSnapshots',
    call: async (signal) => {
      const dropped = await Promise.all(snapshots.map((one) => maker.drop(one, iso(now), signal)));
      return {
        set: { held_until: dropped.every(Boolean) ? undefined : iso(now + shortestLookMilliseconds) },
      };
    },
  });

  const rest = (wanted: ScheduleRecord, due: number, isCopying: boolean, now: number): ScheduleStep => {
    const since = now - Date.parse(wanted.last_run_at ?? wanted.created_at);
    const look = Math.min(Math.max(since / 2, shortestLookMilliseconds), longestLookMilliseconds);
    return {
      do: 'converged',
      remove: ['status_reason'],
      lookAgainMilliseconds: Math.ceil(isCopying ? Math.min(look, due - now) : due - now),
    };
  };

  return {
    kind: scheduleKind.kind,

    async observe(resources, signal) {
      const seen = resources.map(async (resource): Promise<[string, ObservedSchedule]> => {
        if (resource.deleted_at || resource.status === 'PAUSED') return [resource.id, { made: [] }];
        const [volume, made] = await Promise.all([
          volumes.find(resource.tenant, resource.volume_id, { signal }),
          maker.made(resource, signal),
        ]);
        return [resource.id, { volume, made }];
      });
      return new Map(await Promise.all(seen));
    },

    reconcile(wanted, observed, now) {
      if (wanted.deleted_at) return { do: 'forget', usage: scheduleUsage };
      if (wanted.status === 'PAUSED') return { do: 'converged', remove: ['status_reason', 'run_at'] };
      // The volume's delete takes its schedules along; this one was made just then.
      if (!observed?.volume) return { do: 'fail', reason: 'the volume is gone' };
      if (wanted.run_at) return run(wanted, wanted.run_at, now);
      const { made } = observed;
      const due = Date.parse(wanted.next_run_at ?? wanted.anchor);
      if (due <= now) return { do: 'write', set: { run_at: iso(now) } };
      const isHeld = wanted.held_until !== undefined && Date.parse(wanted.held_until) > now;
      const extra = surplus(wanted, made);
      if (extra.length > 0 && !isHeld) return drop(extra, now);
      return rest(wanted, due, isHeld || made.some(({ status }) => status === 'CREATING'), now);
    },
  };
};
