import { createStore } from '../platform/store/create-store.ts';
import { createActions } from '../services/actions/service.ts';
import { instanceKind } from '../services/instances/record.ts';
import { SnapshotSchedules, scheduleKind } from '../services/snapshot-schedules/service.ts';
import { Snapshots, snapshotKind } from '../services/snapshots/service.ts';
import type { StorageServices } from '../services/storage-routes.ts';
import { Volumes, volumeKind } from '../services/volumes/service.ts';
import { createZones } from '../services/zones/service.ts';
import { config } from './config.ts';
import type { App, AppParts } from './serve.ts';

/** What is wanted of volumes, snapshots and their schedules. Reads and writes the tables alone: no EC2 client here. */
export const composeStorage = ({
  tables,
  clock,
  newId,
}: Pick<AppParts, 'tables' | 'clock' | 'newId'>): App<StorageServices> => {
  const environment = config('DEFAULT_QUOTAS', 'HOME_ZONE', 'ZONES');
  const parts = { tables, clock, limits: environment.DEFAULT_QUOTAS };
  const volumeStore = createStore(volumeKind, parts);
  const volumes = new Volumes({
    store: volumeStore,
    instances: createStore(instanceKind, parts),
    actions: createActions({ tables }),
    clock,
    newId,
    zones: createZones({ zones: environment.ZONES, homeZone: environment.HOME_ZONE }),
  });
  return {
    services: {
      volumes,
      snapshots: new Snapshots({
        store: createStore(snapshotKind, parts),
        volumes,
        volumeStore,
        clock,
        newId,
      }),
      schedules: new SnapshotSchedules({ store: createStore(scheduleKind, parts), volumes, clock, newId }),
    },
  };
};
