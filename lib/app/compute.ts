import { createStore } from '../platform/store/create-store.ts';
import { createActions } from '../services/actions/service.ts';
import type { ComputeServices } from '../services/compute-routes.ts';
import { noNetworks } from '../services/instances/attachments.ts';
import { instanceKind } from '../services/instances/record.ts';
import { Instances } from '../services/instances/service.ts';
import { createQuotas } from '../services/quotas/service.ts';
import { createLaunchVolumes } from '../services/volumes/launch.ts';
import { volumeKind } from '../services/volumes/record.ts';
import { createZones } from '../services/zones/service.ts';
import { config } from './config.ts';
import type { App, AppParts } from './serve.ts';

/** What is wanted of instances. Reads and writes the tables alone: no EC2 client here. */
export const composeCompute = ({ tables, clock, newId }: AppParts): App<ComputeServices> => {
  const environment = config('DEFAULT_QUOTAS', 'HOME_ZONE', 'ZONES', 'AMI_ALLOW_LIST');
  const limits = environment.DEFAULT_QUOTAS;
  return {
    services: {
      instances: new Instances({
        store: createStore(instanceKind, { tables, clock, limits }),
        actions: createActions({ tables }),
        clock,
        newId,
        networks: noNetworks,
        volumes: createLaunchVolumes({ store: createStore(volumeKind, { tables, clock }), clock, newId }),
        zones: createZones({ zones: environment.ZONES, homeZone: environment.HOME_ZONE }),
        amiAllowList: environment.AMI_ALLOW_LIST,
      }),
      quotas: createQuotas({ tables, limits }),
    },
  };
};
