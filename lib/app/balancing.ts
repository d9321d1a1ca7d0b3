import { createStore } from '../platform/store/create-store.ts';
import type { BalancingServices } from '../services/balancing-routes.ts';
import { createCapacity } from '../services/capacity/service.ts';
import { instanceKind } from '../services/instances/service.ts';
import { LoadBalancers, loadBalancerKind } from '../services/load-balancers/service.ts';
import { createBalancerNetworks } from '../services/load-balancers/vpc-networks.ts';
import { vpcKind } from '../services/vpcs/service.ts';
import { config } from './config.ts';
import type { App, AppParts } from './serve.ts';
import { accountOf } from './workload-account.ts';

/** What is wanted of load balancers. Reads and writes the tables alone: no client of Elastic Load Balancing here. */
export const composeBalancing = ({
  tables,
  clock,
  newId,
}: Pick<AppParts, 'tables' | 'clock' | 'newId'>): App<BalancingServices> => {
  const stored = { tables, clock, limits: config('DEFAULT_QUOTAS').DEFAULT_QUOTAS };
  return {
    services: {
      loadBalancers: new LoadBalancers({
        clock,
        newId,
        store: createStore(loadBalancerKind, stored),
        networks: createBalancerNetworks(createStore(vpcKind, stored)),
        capacity: createCapacity({ tables, accountOf }),
        instances: createStore(instanceKind, stored),
      }),
    },
  };
};
