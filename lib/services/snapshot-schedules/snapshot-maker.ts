import { CloudError } from '../../platform/errors/index.ts';
import { alongWith } from '../../platform/lifecycle/requested.ts';
import { listAll } from '../../platform/store/list-all.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import { type SnapshotRecord, snapshotUsage } from '../snapshots/service.ts';
import { snapshotUses, type VolumeRecord } from '../volumes/service.ts';
import type { ScheduleRecord } from './record.ts';
import { runId } from './run-id.ts';

export interface SnapshotMakerOptions {
  snapshots: Pick<ResourceStore<SnapshotRecord>, 'create' | 'find' | 'list' | 'removeAlong'>;
  volumes: Pick<ResourceStore<VolumeRecord>, 'find'>;
}

/** What came of a run. `error`: why there is no snapshot, for the owner. */
export type RunResult = { snapshotId: string } | { error: string };

/** What a volume's owner may be told of a run that made nothing; anything else is tried again. */
const isRefusal = (error: unknown): error is CloudError =>
  error instanceof CloudError && (error.kind === 'limit' || error.kind === 'invalid');

/** The snapshots of schedules: made, counted and taken away as a user's are. */
export const createSnapshotMaker = ({ snapshots, volumes }: SnapshotMakerOptions) => ({
  /** Makes the snapshot of one run; the same run again finds it made. */
  async run(schedule: ScheduleRecord, runAt: string, signal: AbortSignal): Promise<RunResult> {
    const { tenant, user_id, volume_id } = schedule;
    const id = runId(schedule.id, runAt);
    if (await snapshots.find(tenant, id, { tombstones: true, signal })) return { snapshotId: id };
    const volume = await volumes.find(tenant, volume_id, { signal });
    if (!volume) return { error: 'the volume is gone' };
    const record: SnapshotRecord = {
      id,
      tenant,
      user_id,
      name: volume.name,
      version: 1,
      generation: 1,
      observed_generation: 0,
      attempt: 1,
      failures: 0,
      created_at: runAt,
      updated_at: runAt,
      status: 'CREATING',
      volume_id,
      size_gb: volume.size_gb,
      description: `by the schedule ${schedule.name}`,
      schedule_id: schedule.id,
      event: { id, action_id: id, action: 'create', phase: 'requested', at: runAt },
    };
    const platform = { requestId: id, signal, viewerAddress: '', userAgent: 'thecloud-schedule' };
    try {
      await snapshots.create(platform, record, { usage: snapshotUsage, extra: [snapshotUses.open(record)] });
      return { snapshotId: id };
    } catch (error) {
      if (isRefusal(error)) return { error: error.message };
      throw error;
    }
  },

  /** The schedule's own snapshots, newest first. */
  async made({ tenant, id }: ScheduleRecord, signal: AbortSignal): Promise<SnapshotRecord[]> {
    const all = await listAll(snapshots, tenant, signal);
    return all.filter(({ schedule_id }) => schedule_id === id);
  },

  /** Deletes one that is no longer kept. @returns false where a volume is being restored from it: it stays for now */
  async drop(snapshot: SnapshotRecord, at: string, signal: AbortSignal): Promise<boolean> {
    const inUse = new CloudError('CONFLICT', 'a volume is being restored from it');
    try {
      await snapshots.removeAlong(
        snapshot.tenant,
        snapshot.id,
        {
          set: { status: 'DELETING', event: alongWith(snapshot.id, at) },
          extra: [snapshotUses.close(snapshot, () => inUse)],
        },
        signal,
      );
      return true;
    } catch (error) {
      if (error === inUse) return false;
      throw error;
    }
  },
});

export type SnapshotMaker = ReturnType<typeof createSnapshotMaker>;
