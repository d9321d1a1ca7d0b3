import { type Clock, systemClock } from '../../../../lib/platform/clock.ts';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { newId } from '../../../../lib/platform/ids.ts';
import { createStore } from '../../../../lib/platform/store/create-store.ts';
import { newRecord } from '../../../../lib/platform/store/new-record.ts';
import type { Limits } from '../../../../lib/platform/store/types.ts';
import type { Tables } from '../../../../lib/platform/table/types.ts';
import { createCapacity } from '../../../../lib/services/capacity/service.ts';
import { type InstanceRecord, instanceKind } from '../../../../lib/services/instances/service.ts';
import { CreateLoadBalancer } from '../../../../lib/services/load-balancers/schema.ts';
import { LoadBalancers, loadBalancerKind } from '../../../../lib/services/load-balancers/service.ts';
import { createBalancerNetworks } from '../../../../lib/services/load-balancers/vpc-networks.ts';
import { type VpcRecord, vpcKind, vpcUses } from '../../../../lib/services/vpcs/service.ts';

export const defaultLimits: Limits = { load_balancers: 5 };

/** The service over real tables, and what it needs of other services as records. */
export const openBalancers = (tables: Tables, limits: Limits = defaultLimits, clock: Clock = systemClock) => {
  const stored = { tables, clock, limits };
  const store = createStore(loadBalancerKind, stored);
  const vpcs = createStore(vpcKind, stored);
  const instances = createStore(instanceKind, stored);
  const capacity = createCapacity({ tables, accountOf: () => 'default' });
  const balancers = new LoadBalancers({
    store,
    networks: createBalancerNetworks(vpcs),
    capacity,
    instances,
    clock,
    newId,
  });

  /** A VPC, as its own service and controller would have made it. */
  const makeVpc = async (caller: Caller, change: Partial<VpcRecord> = {}): Promise<VpcRecord> => {
    const base = newRecord(newId, caller);
    const record: VpcRecord = {
      ...base,
      name: `vpc-${base.id}`,
      status: 'active',
      observed_generation: 1,
      cidr_block: '10.0.0.0/16',
      ...change,
    };
    return vpcs.create(caller, record, { extra: [vpcUses.open(record)] });
  };

  /** An instance in a VPC, the same way. */
  const makeInstance = async (
    caller: Caller,
    vpcId: string | undefined,
    change: Partial<InstanceRecord> = {},
  ): Promise<InstanceRecord> =>
    instances.create(caller, {
      ...newRecord(newId, caller),
      name: 'web',
      status: 'RUNNING',
      observed_generation: 1,
      image: 'http-echo',
      instance_type: 't3.micro',
      vcpus: 2,
      ports: '8080:80',
      vpc_id: vpcId,
      ...change,
    });

  return { store, capacity, vpcs, instances, balancers, makeVpc, makeInstance };
};

export const balancerInput = (vpcId: string, change: Record<string, unknown> = {}): CreateLoadBalancer =>
  CreateLoadBalancer.parse({ name: 'web', vpc_id: vpcId, port: 8080, ...change });
