import { createStore } from '../platform/store/create-store.ts';
import { BulkInstances } from '../services/instances/bulk.ts';
import { instanceKind } from '../services/instances/record.ts';
import type { Networks } from '../services/instances/service.ts';
import { securityGroupKind } from '../services/security-groups/service.ts';
import { createLaunchNetworks, subnetKind } from '../services/subnets/service.ts';
import { createLaunchVolumes } from '../services/volumes/launch.ts';
import { volumeKind } from '../services/volumes/record.ts';
import { createZones } from '../services/zones/service.ts';
import { config } from './config.ts';
import type { AppParts } from './serve.ts';

type Parts = Pick<AppParts, 'tables' | 'clock' | 'newId'>;

const zonesOf = () => {
  const { ZONES, HOME_ZONE } = config('HOME_ZONE', 'ZONES');
  return createZones({ zones: ZONES, homeZone: HOME_ZONE });
};

const storedWith = ({ tables, clock }: Parts) => ({
  tables,
  clock,
  limits: config('DEFAULT_QUOTAS').DEFAULT_QUOTAS,
});

/** The tenants' networks as launches see them. */
export const composeLaunchNetworks = ({ tables, clock, newId }: Parts): Networks => {
  const stored = storedWith({ tables, clock, newId });
  return createLaunchNetworks({
    tables,
    clock,
    newId,
    zones: zonesOf(),
    store: createStore(subnetKind, stored),
    groups: createStore(securityGroupKind, stored),
  });
};

/** Instances launched and ended many at a time, for workers. Reads and writes the tables alone: no EC2 client here. */
export const composeBulkInstances = (parts: Parts): BulkInstances => {
  const { tables, clock, newId } = parts;
  const stored = storedWith(parts);
  return new BulkInstances({
    tables,
    clock,
    newId,
    store: createStore(instanceKind, stored),
    networks: composeLaunchNetworks(parts),
    volumes: createLaunchVolumes({ store: createStore(volumeKind, stored), clock, newId }),
    zones: zonesOf(),
    amiAllowList: config('AMI_ALLOW_LIST').AMI_ALLOW_LIST,
  });
};
