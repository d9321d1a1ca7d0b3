import type { EC2Client } from '@aws-sdk/client-ec2';
import type { CallBudget } from '../platform/aws/call-budget.ts';
import type { Clock } from '../platform/clock.ts';
import { createStore } from '../platform/store/create-store.ts';
import type { Limits } from '../platform/store/types.ts';
import type { Tables } from '../platform/table/types.ts';
import { instanceKind } from '../services/instances/record.ts';
import { createScheduleController } from '../services/snapshot-schedules/controller.ts';
import { scheduleKind, takeAlongSchedules } from '../services/snapshot-schedules/service.ts';
import { createSnapshotMaker } from '../services/snapshot-schedules/snapshot-maker.ts';
import { createEc2BlockSnapshots } from '../services/snapshots/backend.ec2.ts';
import { createSnapshotController } from '../services/snapshots/controller.ts';
import { snapshotKind, takeAlongSnapshots } from '../services/snapshots/service.ts';
import { createEc2BlockStorage } from '../services/volumes/backend.ec2.ts';
import { createVolumeController } from '../services/volumes/controller.ts';
import { type Surroundings, volumeKind } from '../services/volumes/service.ts';

export interface StorageKindsOptions {
  tables: Tables;
  clock: Clock;
  /** The quotas that the runs of schedules count against. */
  limits: Limits;
  ec2: EC2Client;
  budget: CallBudget;
  stage: string;
}

/** The kinds that live on EBS, each store with its controller. */
export const storageKinds = ({ tables, clock, limits, ...aws }: StorageKindsOptions) => {
  const parts = { tables, clock, limits };
  const instances = createStore(instanceKind, parts);
  const volumes = createStore(volumeKind, parts);
  const snapshots = createStore(snapshotKind, parts);
  const schedules = createStore(scheduleKind, parts);
  const takeSnapshots = takeAlongSnapshots(snapshots);
  const takeSchedules = takeAlongSchedules(schedules);

  const surroundings: Surroundings = {
    sourceOf: async (tenant, id, signal) => (await snapshots.find(tenant, id, { signal }))?.provider_id,
    takeAlong: async (volume, signal) => {
      // Schedules first: one that is gone makes no snapshot after the others have been looked for.
      await takeSchedules(volume, signal);
      await takeSnapshots(volume, signal);
    },
  };

  return [
    {
      store: volumes,
      controller: createVolumeController({ storage: createEc2BlockStorage(aws), instances, surroundings }),
    },
    {
      store: snapshots,
      controller: createSnapshotController({ storage: createEc2BlockSnapshots(aws), volumes }),
    },
    {
      store: schedules,
      controller: createScheduleController({ maker: createSnapshotMaker({ snapshots, volumes }), volumes }),
    },
  ] as const;
};
