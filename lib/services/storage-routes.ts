import type { Route } from '../platform/http/route.ts';
import { scheduleRoutes } from './snapshot-schedules/routes.ts';
import type { SnapshotSchedules } from './snapshot-schedules/service.ts';
import { snapshotRoutes } from './snapshots/routes.ts';
import type { Snapshots } from './snapshots/service.ts';
import { volumeRoutes } from './volumes/routes.ts';
import type { Volumes } from './volumes/service.ts';

/** What the routes of the storage function need. */
export interface StorageServices {
  volumes: Volumes;
  snapshots: Snapshots;
  schedules: SnapshotSchedules;
}

/** The routes of the storage function. Apart from the other functions' list, so that their schemas stay out of its bundle. */
export const storageRoutes: readonly Route<StorageServices>[] = [
  ...volumeRoutes,
  ...snapshotRoutes,
  ...scheduleRoutes,
];
