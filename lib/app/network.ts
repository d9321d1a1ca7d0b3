import { createStore } from '../platform/store/create-store.ts';
import { createCapacity } from '../services/capacity/service.ts';
import { instanceKind } from '../services/instances/service.ts';
import { balancersIn, LoadBalancers, loadBalancerKind } from '../services/load-balancers/service.ts';
import { createBalancerNetworks } from '../services/load-balancers/vpc-networks.ts';
import type { NetworkServices } from '../services/network-routes.ts';
import { SecurityGroups, securityGroupKind } from '../services/security-groups/service.ts';
import { Subnets, subnetKind, subnetsOfVpc } from '../services/subnets/service.ts';
import { Vpcs, vpcKind } from '../services/vpcs/service.ts';
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
  const vpcs = createStore(vpcKind, stored);
  const balancers = createStore(loadBalancerKind, stored);
  const capacity = createCapacity({ tables, accountOf });
  const zones = createZones({ zones: environment.ZONES, homeZone: environment.HOME_ZONE });
  return {
    services: {
      vpcs: new Vpcs({
        ...parts,
        store: vpcs,
        subnets: subnetsOfVpc(instances),
        usersOf: balancersIn(balancers),
        capacity,
      }),
      subnets: new Subnets({ ...parts, store: createStore(subnetKind, stored), instances, zones }),
      securityGroups: new SecurityGroups({
        ...parts,
        store: createStore(securityGroupKind, stored),
        instances,
      }),
      loadBalancers: new LoadBalancers({
        ...parts,
        store: balancers,
        networks: createBalancerNetworks(vpcs),
        capacity,
        instances,
      }),
    },
  };
};
