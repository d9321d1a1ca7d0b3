import { alongWith } from '../../platform/lifecycle/requested.ts';
import { BackendError } from '../../platform/lifecycle/types.ts';
import { listAll } from '../../platform/store/list-all.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import { snapshotUses, type VolumeRecord } from '../volumes/service.ts';
import type { SnapshotRecord } from './record.ts';

const needed = () =>
  new BackendError('not_yet', 'waiting for volumes that are restored from a snapshot of it');

/**
 * Deletes the snapshots of a volume that is being deleted. Where they are to be kept, it waits for those that EBS has not
 * begun to copy yet.
 * @throws BackendError `not_yet` for these, and while a volume is being restored from one that goes
 */
export const takeAlongSnapshots =
  (store: Pick<ResourceStore<SnapshotRecord>, 'list' | 'removeAlong'>) =>
  async (volume: VolumeRecord, signal: AbortSignal): Promise<void> => {
    const all = await listAll(store, volume.tenant, signal);
    const snapshots = all.filter(({ volume_id }) => volume_id === volume.id);
    if (volume.keep_snapshots) {
      if (snapshots.some(({ status, provider_id }) => status === 'CREATING' && !provider_id))
        throw new BackendError('not_yet', 'waiting for a snapshot that is to be kept');
      return;
    }
    const at = volume.deleted_at ?? volume.updated_at;
    for (const snapshot of snapshots) {
      const event = alongWith(snapshot.id, at, volume.event);
      await store.removeAlong(
        volume.tenant,
        snapshot.id,
        { set: { status: 'DELETING', event }, extra: [snapshotUses.close(snapshot, needed)] },
        signal,
      );
    }
  };
