import { createStore } from '../platform/store/create-store.ts';
import { createActions } from '../services/actions/service.ts';
import type { ComputeServices } from '../services/compute-routes.ts';
import { instanceKind } from '../services/instances/record.ts';
import { Instances } from '../services/instances/service.ts';
import { createQuotas } from '../services/quotas/service.ts';
import { securityGroupKind } from '../services/security-groups/service.ts';
import { createLaunchNetworks, subnetKind } from '../services/subnets/service.ts';
import { createLaunchVolumes } from '../services/volumes/launch.ts';
import { volumeKind } from '../services/volumes/record.ts';
import { createZones } from '../services/zones/service.ts';
import { config } from './config.ts';
import type { App, AppParts } from './serve.ts';

/** What is wanted of instances. Reads and writes the tables alone: no EC2 client here. */
export const composeCompute = ({
  tables,
  clock,
  newId,
}: Pick<AppParts, 'tables' | 'clock' | 'newId'>): App<ComputeServices> => {
  const environment = config('DEFAULT_QUOTAS', 'HOME_ZONE', 'ZONES', 'AMI_ALLOW_LIST');
  const limits = environment.DEFAULT_QUOTAS;
  const stored = { tables, clock, limits };
  const zones = createZones({ zones: environment.ZONES, homeZone: environment.HOME_ZONE });
  return {
    services: {
      instances: new Instances({
        store: createStore(instanceKind, stored),
        actions: createActions({ tables }),
        clock,
        newId,
        networks: createLaunchNetworks({
          tables,
          clock,
          newId,
          zones,
          store: createStore(subnetKind, stored),
          groups: createStore(securityGroupKind, stored),
        }),
        volumes: createLaunchVolumes({ store: createStore(volumeKind, stored), clock, newId }),
        zones,
        amiAllowList: environment.AMI_ALLOW_LIST,
      }),
      quotas: createQuotas({ tables, limits }),
    },
  };
};
