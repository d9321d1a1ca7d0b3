import { alongWith } from '../../platform/lifecycle/requested.ts';
import { listAll } from '../../platform/store/list-all.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { VolumeRecord } from '../volumes/service.ts';
import type { ScheduleRecord } from './record.ts';

/** Deletes the schedules of a volume that is being deleted. Safe to repeat. */
export const takeAlongSchedules =
  (store: Pick<ResourceStore<ScheduleRecord>, 'list' | 'removeAlong'>) =>
  async (volume: VolumeRecord, signal: AbortSignal): Promise<void> => {
    const at = volume.deleted_at ?? volume.updated_at;
    for (const { id, volume_id } of await listAll(store, volume.tenant, signal)) {
      if (volume_id !== volume.id) continue;
      const event = alongWith(id, at, volume.event);
      await store.removeAlong(volume.tenant, id, { set: { event } }, signal);
    }
  };
