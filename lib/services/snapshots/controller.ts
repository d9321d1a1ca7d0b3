import { creationMayAppear, creationWindowMilliseconds } from '../../platform/lifecycle/creation.ts';
import { growingWait, soonMilliseconds } from '../../platform/lifecycle/poll.ts';
import type { Controller, Step } from '../../platform/lifecycle/types.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import { snapshotUses, type VolumeRecord } from '../volumes/service.ts';
import type { BlockSnapshot, BlockSnapshots } from './backend.ts';
import { type SnapshotRecord, snapshotKind, snapshotUsage } from './record.ts';

type SnapshotStep = Step<SnapshotRecord>;

/** What is there: the EBS snapshots made for a record (one, unless an answer was lost), and the volume to be copied. */
export interface ObservedSnapshot {
  /** That of the record first, then the oldest. */
  snapshots: readonly BlockSnapshot[];
  volume?: VolumeRecord;
}

export interface SnapshotControllerOptions {
  storage: BlockSnapshots;
  volumes: Pick<ResourceStore<VolumeRecord>, 'find'>;
}

/** A copy takes from a moment to hours. */
const longestWaitMilliseconds = 60_000;

const elapsed = ({ asked_at, created_at }: SnapshotRecord, now: number): number =>
  now - Date.parse(asked_at ?? created_at);

const wait = (
  wanted: SnapshotRecord,
  now: number,
  reason: string,
  set?: Partial<SnapshotRecord>,
): SnapshotStep => ({
  do: 'wait',
  milliseconds: growingWait(elapsed(wanted, now), longestWaitMilliseconds),
  reason,
  set,
});

/** How a snapshot is brought about on EBS. Its creation has no client token, so it is looked for by its tag first. */
export const createSnapshotController = ({
  storage,
  volumes,
}: SnapshotControllerOptions): Controller<SnapshotRecord, ObservedSnapshot> => {
  const remove = (wanted: SnapshotRecord, snapshot: BlockSnapshot): SnapshotStep => ({
    do: 'call',
    name: 'DeleteSnapshot',
    call: async (signal) => {
      await storage.delete(snapshot.id, signal);
      return wanted.deleted_at ? { set: { delete_asked: true } } : undefined;
    },
    waitMilliseconds: soonMilliseconds,
  });

  const end = (wanted: SnapshotRecord, { snapshots }: ObservedSnapshot, now: number): SnapshotStep => {
    const [snapshot] = snapshots;
    if (snapshot) return remove(wanted, snapshot);
    const mayAppear =
      wanted.provider_id && !wanted.delete_asked && elapsed(wanted, now) < creationWindowMilliseconds;
    if (mayAppear || creationMayAppear(wanted, now))
      return wait(wanted, now, 'making sure that no snapshot is left');
    return { do: 'forget', usage: snapshotUsage, extra: [snapshotUses.end(wanted)] };
  };

  const ask = (wanted: SnapshotRecord, volumeId: string, now: number): SnapshotStep => ({
    do: 'create',
    name: 'CreateSnapshot',
    call: async (signal) => {
      const { tenant, id, name, description } = wanted;
      const snapshot = await storage.create({ tenant, id, name, description, volumeId }, signal);
      const asked_at = new Date(now).toISOString();
      return { set: { provider_id: snapshot.id, progress: snapshot.progress, asked_at } };
    },
    waitMilliseconds: soonMilliseconds,
  });

  const make = (
    wanted: SnapshotRecord,
    { snapshots: [found], volume }: ObservedSnapshot,
    now: number,
  ): SnapshotStep => {
    if (found)
      return {
        do: 'write',
        set: { provider_id: found.id, asked_at: new Date(now).toISOString() },
        remove: ['create_asked_at'],
      };
    if (!volume || (volume.deleted_at && !volume.keep_snapshots))
      return { do: 'fail', reason: 'the volume was deleted before EBS could copy it' };
    if (volume.provider_id) return ask(wanted, volume.provider_id, now);
    return volume.status === 'ERROR' || volume.deleted_at
      ? { do: 'fail', reason: 'there is nothing to copy: the volume was never made' }
      : wait(wanted, now, 'waiting for the volume to be made');
  };

  const keep = (wanted: SnapshotRecord, snapshot: BlockSnapshot | undefined, now: number): SnapshotStep => {
    if (!snapshot) {
      if (elapsed(wanted, now) < creationWindowMilliseconds)
        return wait(wanted, now, 'the snapshot is not visible yet');
      return wanted.status === 'ERROR'
        ? { do: 'converged' }
        : { do: 'fail', reason: 'the snapshot is gone; it was deleted outside of the platform' };
    }
    // A volume that has grown since the snapshot was asked for is copied as it is now.
    const { progress, size_gb = wanted.size_gb } = snapshot;
    switch (snapshot.state) {
      case 'pending':
        return wait(wanted, now, 'EBS is copying the volume', { progress });
      case 'error':
        return { do: 'fail', reason: snapshot.reason ?? 'EBS says that the copy has failed' };
      case 'completed':
        return {
          do: 'converged',
          set: { status: 'AVAILABLE', progress, size_gb },
          remove: ['status_reason'],
        };
    }
  };

  return {
    kind: snapshotKind.kind,

    async observe(resources, signal) {
      const made = resources.flatMap(({ provider_id }) => (provider_id ? [provider_id] : []));
      // An answer may have been lost to this worker, to one before it, or inside the client, which asks again by itself:
      // until all is settled the tag tells of every one that was made.
      const tagged = resources.filter(
        ({ provider_id, status, deleted_at }) => !provider_id || deleted_at || status === 'CREATING',
      );
      const none = new Map<string, readonly BlockSnapshot[]>();
      const taggedIds = tagged.map(({ id }) => id);
      const [byId, byRecord, copied] = await Promise.all([
        made.length > 0 ? storage.describe(made, signal) : new Map<string, BlockSnapshot>(),
        taggedIds.length > 0 ? storage.findByRecord(taggedIds, signal) : none,
        Promise.all(
          resources.map(({ provider_id, deleted_at, tenant, volume_id }) =>
            provider_id || deleted_at
              ? undefined
              : volumes.find(tenant, volume_id, { tombstones: true, signal }),
          ),
        ),
      ]);
      return new Map(
        resources.map(({ id, provider_id }, index): [string, ObservedSnapshot] => {
          const known = provider_id ? byId.get(provider_id) : undefined;
          const others = (byRecord.get(id) ?? []).filter((other) => other.id !== known?.id);
          return [id, { snapshots: known ? [known, ...others] : others, volume: copied[index] }];
        }),
      );
    },

    reconcile(wanted, observed = { snapshots: [] }, now) {
      if (wanted.deleted_at) return end(wanted, observed, now);
      const [first] = observed.snapshots;
      const kept = wanted.provider_id ?? first?.id;
      const other = observed.snapshots.find(({ id }) => id !== kept);
      if (other) return remove(wanted, other);
      if (!wanted.provider_id) return make(wanted, observed, now);
      const own = observed.snapshots.find(({ id }) => id === wanted.provider_id);
      return keep(wanted, own, now);
    },
  };
};
