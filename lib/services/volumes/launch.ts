import type { Clock } from '../../platform/clock.ts';
import { invalid } from '../../platform/errors/index.ts';
import type { NewId } from '../../platform/ids.ts';
import { BackendError } from '../../platform/lifecycle/types.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { Write } from '../../platform/table/types.ts';
import type { CloudVolumes, Volumes } from '../instances/service.ts';
import { checkAvailable } from './decisions.ts';
import { asked } from './events.ts';
import { freeDevice } from './instance-volumes.ts';
import { attachmentFields, type VolumeRecord } from './record.ts';
import { leaveSource } from './restoring.ts';

export interface LaunchVolumesOptions {
  store: Pick<ResourceStore<VolumeRecord>, 'get' | 'find' | 'plan' | 'planRemoval'>;
  clock: Clock;
  newId: NewId;
}

/** Volumes as a launch and the end of an instance see them. */
export const createLaunchVolumes = ({ store, clock, newId }: LaunchVolumesOptions): Volumes => ({
  async resolve(caller, attachments) {
    const { tenant } = caller.principal;
    const { signal } = caller;
    const volumes = await Promise.all(
      attachments.map(({ volume_id }) => store.get(tenant, volume_id, { signal })),
    );
    const [first] = volumes;
    const taken: { device: string }[] = [];
    const planned = attachments.map(({ mount_path, delete_on_termination }, index) => {
      const volume = volumes[index] as VolumeRecord;
      const path = `volumes.${index}.volume_id`;
      if (volumes.findIndex(({ id }) => id === volume.id) < index)
        throw invalid(path, `the volume ${volume.name} is named twice`);
      if (attachments.findIndex((one) => one.mount_path === mount_path) < index)
        throw invalid(`volumes.${index}.mount_path`, `${mount_path} is named twice`);
      checkAvailable(volume, path);
      if (first && volume.zone !== first.zone)
        throw invalid(
          path,
          `the volume ${volume.name} lies in zone ${volume.zone}, ${first.name} in zone ${first.zone}: they must share one`,
        );
      const device = freeDevice(taken);
      taken.push({ device });
      return { volume, at: { volume_id: volume.id, mount_path, device, delete_on_termination } };
    });
    return {
      volumes: planned.map(({ at }) => at),
      zone: first?.zone,
      attach: (instanceId) =>
        planned.map(({ volume, at: { volume_id: _, ...at } }) => {
          const event = asked({ newId, clock }, caller, 'attach', volume);
          const asked_at = new Date(clock.now()).toISOString();
          const set = { ...at, status: 'IN-USE' as const, instance_id: instanceId, asked_at, event };
          return store.plan(volume, { set, intent: true }).write;
        }),
    };
  },

  async detach(caller, { tenant, id, volumes = [] }) {
    const { signal } = caller;
    const found = await Promise.all(
      volumes.map(({ volume_id }) => store.find(tenant, volume_id, { signal })),
    );
    return found.flatMap((volume): Write[] => {
      if (!volume || volume.instance_id !== id) return [];
      const asked_at = new Date(clock.now()).toISOString();
      if (volume.delete_on_termination) {
        const event = asked({ newId, clock }, caller, 'delete', volume);
        // Nobody who ends an instance means the backups of what was in it.
        const set = { status: 'DELETING' as const, keep_snapshots: true, restoring: false, asked_at, event };
        return [...leaveSource(volume), ...store.planRemoval(volume, set)];
      }
      const event = asked({ newId, clock }, caller, 'detach', volume);
      const status = volume.status === 'IN-USE' ? ('AVAILABLE' as const) : volume.status;
      return [
        store.plan(volume, { set: { status, asked_at, event }, remove: attachmentFields, intent: true })
          .write,
      ];
    });
  },
});

/** Volumes as the reconciler of an instance sees them. */
export const createCloudVolumes = ({
  store,
}: {
  store: Pick<ResourceStore<VolumeRecord>, 'find'>;
}): CloudVolumes => ({
  async locate({ tenant, id, volumes = [] }, signal) {
    const mounted = volumes.flatMap(({ volume_id, mount_path }) =>
      mount_path === undefined ? [] : [{ volume_id, mount_path }],
    );
    return Promise.all(
      mounted.map(async ({ volume_id, mount_path }) => {
        const volume = await store.find(tenant, volume_id, { signal });
        if (!volume || volume.status === 'ERROR' || volume.instance_id !== id)
          throw new BackendError('rejected', `the volume ${volume?.name ?? volume_id} is not there for it`);
        if (!volume.provider_id)
          throw new BackendError('not_yet', `waiting for the volume ${volume.name} to be made`, undefined, {
            soonMilliseconds: 200,
          });
        return { id: volume.provider_id, mount_path };
      }),
    );
  },
});
