import type { Clock } from '../platform/clock.ts';
import { createStore } from '../platform/store/create-store.ts';
import type { Tables } from '../platform/table/types.ts';
import type { CloudNetworks, CloudVolumes } from '../services/instances/attachments.ts';
import type { Compute } from '../services/instances/backend.ts';
import { createInstanceController } from '../services/instances/controller.ts';
import { createLaunchBatchController } from '../services/instances/launch-batches/controller.ts';
import { createLaunchBatchIsThere } from '../services/instances/launch-batches/is-there.ts';
import { createMembers } from '../services/instances/launch-batches/members.ts';
import { launchBatchKind } from '../services/instances/launch-batches/record.ts';
import { instanceKind } from '../services/instances/record.ts';
import { createUserData } from '../services/instances/user-data.ts';

export interface InstanceKindsParts {
  tables: Tables;
  clock: Clock;
  compute: Compute;
  networks: CloudNetworks;
  volumes: CloudVolumes;
}

/** The kinds that live on EC2 as instances: what their reconciler holds. */
export const instanceKinds = ({ tables, clock, compute, networks, volumes }: InstanceKindsParts) => {
  const instances = createStore(instanceKind, { tables, clock });
  const batches = createStore(launchBatchKind, { tables, clock });
  return [
    {
      controller: createInstanceController({
        compute,
        networks,
        volumes,
        userData: createUserData(tables).read,
        launchBatchIsThere: createLaunchBatchIsThere(batches),
      }),
      store: instances,
    },
    {
      controller: createLaunchBatchController({
        compute,
        networks,
        members: createMembers({ store: instances, tables, clock }),
      }),
      store: batches,
    },
  ];
};
