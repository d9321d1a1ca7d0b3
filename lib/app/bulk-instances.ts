import { createStore } from '../platform/store/create-store.ts';
import { BulkInstances } from '../services/instances/bulk.ts';
import { instanceKind } from '../services/instances/record.ts';
import { securityGroupKind } from '../services/security-groups/service.ts';
import { createLaunchNetworks, subnetKind } from '../services/subnets/service.ts';
import { createLaunchVolumes } from '../services/volumes/launch.ts';
import { volumeKind } from '../services/volumes/record.ts';
import { createZones } from '../services/zones/service.ts';
import { config } from './config.ts';
import type { AppParts } from './serve.ts';

/** Instances launched and ended many at a time, for workers. Reads and writes the tables alone: no EC2 client here. */
export const composeBulkInstances = ({
  tables,
  clock,
  newId,
}: Pick<AppParts, 'tables' | 'clock' | 'newId'>): BulkInstances => {
  const environment = config('DEFAULT_QUOTAS', 'HOME_ZONE', 'ZONES', 'AMI_ALLOW_LIST');
  const parts = { tables, clock, newId };
  const stored = { tables, clock, limits: environment.DEFAULT_QUOTAS };
  const zones = createZones({ zones: environment.ZONES, homeZone: environment.HOME_ZONE });
  return new BulkInstances({
    ...parts,
    store: createStore(instanceKind, stored),
    networks: createLaunchNetworks({
      ...parts,
      zones,
      store: createStore(subnetKind, stored),
      groups: createStore(securityGroupKind, stored),
    }),
    volumes: createLaunchVolumes({ store: createStore(volumeKind, stored), clock, newId }),
    zones,
    amiAllowList: environment.AMI_ALLOW_LIST,
  });
};
