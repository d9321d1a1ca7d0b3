import { randomUUID } from 'node:crypto';
import type { EC2Client } from '@aws-sdk/client-ec2';
import { unlimited } from '../../lib/platform/aws/call-budget.ts';
import { type Clock, systemClock } from '../../lib/platform/clock.ts';
import type { Caller } from '../../lib/platform/http/caller.ts';
import { newId } from '../../lib/platform/ids.ts';
import { createReconciler } from '../../lib/platform/lifecycle/reconciler.ts';
import { isAtRest } from '../../lib/platform/lifecycle/settlement.ts';
import { createStore } from '../../lib/platform/store/create-store.ts';
import type { Limits, ResourceStore } from '../../lib/platform/store/types.ts';
import type { Reconciled } from '../../lib/platform/table/resource.ts';
import type { Tables } from '../../lib/platform/table/types.ts';
import { createActions } from '../../lib/services/actions/service.ts';
import { createCapacity } from '../../lib/services/capacity/service.ts';
import { noVolumes } from '../../lib/services/instances/attachments.ts';
import { instanceKind } from '../../lib/services/instances/record.ts';
import { LaunchInstance } from '../../lib/services/instances/schema.ts';
import { BulkInstances, Instances } from '../../lib/services/instances/service.ts';
import { createEc2SecurityGroups } from '../../lib/services/security-groups/backend.ec2.ts';
import type { SecurityGroupBackend } from '../../lib/services/security-groups/backend.ts';
import { createSecurityGroupController } from '../../lib/services/security-groups/controller.ts';
import { securityGroupKind } from '../../lib/services/security-groups/record.ts';
import { SecurityGroups } from '../../lib/services/security-groups/service.ts';
import { createEc2Subnets } from '../../lib/services/subnets/backend.ec2.ts';
import type { SubnetBackend } from '../../lib/services/subnets/backend.ts';
import { createSubnetController } from '../../lib/services/subnets/controller.ts';
import { subnetKind } from '../../lib/services/subnets/record.ts';
import {
  createCloudNetworks,
  createLaunchNetworks,
  createVpcContents,
  Subnets,
  subnetsOfVpc,
} from '../../lib/services/subnets/service.ts';
import { createLaunchVolumes } from '../../lib/services/volumes/launch.ts';
import { volumeKind } from '../../lib/services/volumes/record.ts';
import { createEc2Vpcs } from '../../lib/services/vpcs/backend.ec2.ts';
import type { VpcBackend } from '../../lib/services/vpcs/backend.ts';
import { createVpcController } from '../../lib/services/vpcs/controller.ts';
import { vpcKind } from '../../lib/services/vpcs/record.ts';
import { Vpcs } from '../../lib/services/vpcs/service.ts';
import { createZones } from '../../lib/services/zones/service.ts';
import { eventually } from './eventually.ts';

export const zones = ['us-east-1a', 'us-east-1b'];

export const networkLimits: Limits = {
  instances: 1_000,
  vcpus: 2_000,
  vpcs: 10,
  subnets: 100,
  security_groups: 50,
};

/** Everything about networks over these tables, as the API functions compose it. */
export const openNetworks = (
  tables: Tables,
  { clock = systemClock, limits = networkLimits }: { clock?: Clock; limits?: Limits } = {},
) => {
  const parts = { tables, clock, newId };
  const stored = { tables, clock, limits };
  const stores = {
    vpcs: createStore(vpcKind, stored),
    subnets: createStore(subnetKind, stored),
    groups: createStore(securityGroupKind, stored),
    instances: createStore(instanceKind, stored),
  };
  const { instances } = stores;
  const capacity = createCapacity({ tables, accountOf: () => 'own' });
  const resolved = createZones({ zones, homeZone: 'us-east-1a' });
  const networks = createLaunchNetworks({
    ...parts,
    store: stores.subnets,
    groups: stores.groups,
    zones: resolved,
  });
  return {
    tables,
    clock,
    stores,
    capacity,
    networks,
    cloudNetworks: createCloudNetworks(stores),
    vpcs: new Vpcs({ ...parts, store: stores.vpcs, subnets: subnetsOfVpc(instances), capacity }),
    subnets: new Subnets({ ...parts, store: stores.subnets, instances, zones: resolved }),
    securityGroups: new SecurityGroups({ ...parts, store: stores.groups, instances }),
    bulk: new BulkInstances({
      ...parts,
      store: instances,
      networks,
      volumes: createLaunchVolumes({ store: createStore(volumeKind, stored), clock, newId }),
      zones: resolved,
      amiAllowList: [],
    }),
    instances: new Instances({
      ...parts,
      store: instances,
      actions: createActions({ tables }),
      networks,
      volumes: noVolumes,
      zones: resolved,
      amiAllowList: [],
    }),
  };
};
export type Networks = ReturnType<typeof openNetworks>;

export const launchInput = (change: Record<string, unknown> = {}): LaunchInstance =>
  LaunchInstance.parse({ name: 'web', image: 'nginx', ...change });

const silent = { info: () => undefined, warn: () => undefined };

export interface NetworkBackends {
  vpcs: VpcBackend;
  subnets: SubnetBackend;
  groups: SecurityGroupBackend;
}

export const ec2Backends = (
  { ec2, ec2Once }: { ec2: EC2Client; ec2Once: EC2Client },
  stage = 'test',
): NetworkBackends => {
  const options = { ec2, ec2Once, stage, budget: unlimited };
  return {
    vpcs: createEc2Vpcs(options),
    subnets: createEc2Subnets(options),
    groups: createEc2SecurityGroups(options),
  };
};

type Kind = 'VPC' | 'SUBNET' | 'SECURITY_GROUP';

/** The reconciler of networks, as its worker composes it, and what a test does with it. */
export const networkReconciler = (
  networks: Networks,
  backends: NetworkBackends,
  changed: Partial<Pick<Networks['stores'], 'vpcs' | 'subnets' | 'groups'>> = {},
) => {
  const { tables, clock, capacity } = networks;
  const stores = { ...networks.stores, ...changed };
  const { vpcs, subnets, groups } = stores;
  const reconciler = createReconciler({
    kinds: [
      {
        controller: createVpcController({
          backend: backends.vpcs,
          contents: createVpcContents({ tables, subnets, groups }),
          capacity,
          zones,
        }),
        store: vpcs,
      },
      { controller: createSubnetController({ backend: backends.subnets, vpcs }), store: subnets },
      {
        controller: createSecurityGroupController({ backend: backends.groups, vpcs, store: groups }),
        store: groups,
      },
    ],
    tables,
    clock,
    log: silent,
  });
  const storeOf: Record<Kind, ResourceStore<Reconciled>> = {
    VPC: vpcs as unknown as ResourceStore<Reconciled>,
    SUBNET: subnets as unknown as ResourceStore<Reconciled>,
    SECURITY_GROUP: groups as unknown as ResourceStore<Reconciled>,
  };
  const signal = new AbortController().signal;

  /** Looks at one resource once, whatever time it is. */
  const look = ({ principal: { tenant } }: Caller, kind: Kind, id: string) =>
    reconciler.handle([{ kind, tenant, id, generation: 0, event_id: randomUUID(), observed: true }], {
      signal,
      deadline: clock.now() + 20_000,
    });

  const find = (caller: Caller, kind: Kind, id: string) =>
    storeOf[kind].find(caller.principal.tenant, id, { tombstones: true });

  /**
   * Looks again and again until nothing is left to do with any of them.
   * @param between called after each round, for example to let time pass
   */
  const settled = (
    caller: Caller,
    resources: readonly (readonly [Kind, string])[],
    { milliseconds = 25_000, between }: { milliseconds?: number; between?: () => void } = {},
  ) =>
    eventually(
      `${resources.map(([kind, id]) => `${kind} ${id}`).join(', ')} has settled`,
      async () => {
        for (const [kind, id] of resources) await look(caller, kind, id);
        between?.();
        const records = await Promise.all(resources.map(([kind, id]) => find(caller, kind, id)));
        return records.every((record) => !record || isAtRest(record)) && records;
      },
      milliseconds,
    );

  return { look, find, settled };
};
