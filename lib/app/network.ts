import { createStore } from '../platform/store/create-store.ts';
import { createCapacity } from '../services/capacity/service.ts';
import { instanceKind } from '../services/instances/service.ts';
import type { NetworkServices } from '../services/network-routes.ts';
import { Subnets, subnetKind, subnetsOfVpc } from '../services/subnets/service.ts';
import { Vpcs, type VpcsOptions, vpcKind } from '../services/vpcs/service.ts';
import { createZones } from '../services/zones/service.ts';
import { config } from './config.ts';
import type { App, AppParts } from './serve.ts';
import { accountOf } from './workload-account.ts';

/** What is wanted of networks. Reads and writes the tables alone: no EC2 client here. */
export const composeNetwork = ({
  tables,
  clock,
  newId,
}: Pick<AppParts, 'tables' | 'clock' | 'newId'>): App<NetworkServices> => {
  const environment = config('DEFAULT_QUOTAS', 'HOME_ZONE', 'ZONES');
  const stored = { tables, clock, limits: environment.DEFAULT_QUOTAS };
  const parts = { tables, clock, newId };
  const instances = createStore(instanceKind, stored);
  const zones = createZones({ zones: environment.ZONES, homeZone: environment.HOME_ZONE });
  /** Asked for when a VPC's delete is refused, and loaded then. */
  const usersOf: VpcsOptions['usersOf'] = async (vpc, signal) => {
    const [{ balancersIn, loadBalancerKind }, { scalingGroupsIn, scalingGroupKind }] = await Promise.all([
      import('../services/load-balancers/service.ts'),
      import('../services/autoscaling/vpcs.ts'),
    ]);
    const users = await Promise.all([
      balancersIn(createStore(loadBalancerKind, stored))(vpc, signal),
      scalingGroupsIn(createStore(scalingGroupKind, stored))(vpc, signal),
    ]);
    return users.flat();
  };
  return {
    services: {
      vpcs: new Vpcs({
        ...parts,
        store: createStore(vpcKind, stored),
        subnets: subnetsOfVpc(instances),
        usersOf,
        capacity: createCapacity({ tables, accountOf }),
      }),
      subnets: new Subnets({ ...parts, store: createStore(subnetKind, stored), instances, zones }),
    },
  };
};
