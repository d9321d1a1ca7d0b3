import { CloudError, invalid, notFound } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import { blockOf, contains, isUsable, parseIpv4 } from '../../platform/ipv4-block.ts';
import { versionMoved } from '../../platform/store/signals.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import { untilCurrent } from '../../platform/store/until-current.ts';
import type { Tables, Write } from '../../platform/table/types.ts';
import type { Networks } from '../instances/service.ts';
import { type SecurityGroupRecord, securityGroupUses } from '../security-groups/service.ts';
import { type AddressPlan, addressPlans, type PlannedSubnet, rangeForDefault } from '../vpcs/service.ts';
import type { Zones } from '../zones/service.ts';
import { takeAddress } from './address-guard.ts';
import { createSubnetIn, type NewSubnetParts } from './new-subnet.ts';
import { capacityOf, type SubnetRecord } from './record.ts';
import { subnetUses } from './uses.ts';

export interface LaunchNetworksOptions extends NewSubnetParts {
  tables: Pick<Tables, 'get'>;
  store: Pick<ResourceStore<SubnetRecord>, 'create' | 'find'>;
  groups: Pick<ResourceStore<SecurityGroupRecord>, 'find'>;
  zones: Pick<Zones, 'homeOf'>;
}

interface Place {
  vpcId: string;
  subnet: Pick<PlannedSubnet, 'id' | 'cidr_block' | 'zone'>;
}

/** Oldest first. */
const subnetsIn = (zone: string, { subnets }: AddressPlan): PlannedSubnet[] =>
  subnets.filter((subnet) => subnet.zone === zone && !subnet.leaving);

/** `default`, or where a subnet of another zone has that name, the zone's own. */
const nameForDefault = ({ subnets }: AddressPlan, zone: string): string => {
  const taken = new Set(subnets.flatMap(({ name, leaving }) => (leaving ? [] : [name])));
  const names = ['default', `default-${zone}`, ...subnets.map((_, index) => `default-${zone}-${index + 2}`)];
  return names.find((name) => !taken.has(name)) as string;
};

/** @throws CloudError `INVALID_INPUT` for an address that no machine of the subnet can have */
const checkAddress = (address: string, { cidr_block }: Place['subnet']): void => {
  const block = blockOf(cidr_block);
  const number = parseIpv4(address);
  if (number === undefined || !contains(block, { first: number, size: 1, prefix: 32 }))
    throw invalid('private_ip', `must lie in the subnet's range ${cidr_block}`);
  if (!isUsable(block, number))
    throw invalid('private_ip', `${address} is one of the five addresses of a subnet that AWS keeps`);
};

/**
 * The tenants' own networks, as a launch sees them. It counts instances in at their subnet and their groups, and makes the
 * subnet of a VPC that has none in the caller's home zone: should the launch come to nothing after that, a usable subnet is
 * all that is left.
 */
export const createLaunchNetworks = (options: LaunchNetworksOptions): Networks => {
  const { tables, store, groups, zones } = options;

  const bySubnet = async (caller: Caller, subnetId: string, vpcId?: string): Promise<Place> => {
    const { tenant } = caller.principal;
    const [subnet, plan] = await Promise.all([
      store.find(tenant, subnetId, { signal: caller.signal }),
      vpcId === undefined ? undefined : addressPlans.get(tables, { tenant, id: vpcId }, caller.signal),
    ]);
    if (!subnet) throw notFound('subnet');
    if (plan && plan.vpcId !== subnet.vpc_id)
      throw invalid('subnet_id', 'the subnet is of another VPC than vpc_id');
    const { id, cidr_block, availability_zone: zone } = subnet;
    return { vpcId: subnet.vpc_id, subnet: { id, cidr_block, zone } };
  };

  const makeDefault = async (caller: Caller, plan: AddressPlan, zone: string): Promise<Place> => {
    const cidr_block = rangeForDefault(plan);
    if (cidr_block === undefined)
      throw invalid(
        'vpc_id',
        `the VPC has no subnet in zone ${zone} and no range left for one: name a subnet`,
      );
    const wanted = { name: nameForDefault(plan, zone), cidr_block, availability_zone: zone, public: true };
    try {
      const { id } = await createSubnetIn(options, caller, plan, wanted);
      return { vpcId: plan.vpcId, subnet: { id, cidr_block, zone } };
    } catch (error) {
      // The plan says that the name is free: whoever has taken it since has changed the plan too.
      if (error instanceof CloudError && error.type === 'CONFLICT') throw versionMoved();
      throw error;
    }
  };

  /**
   * The oldest that instances can be launched into. The plan holds ranges and no states, so the record is asked.
   * @throws CloudError `CONFLICT` where all are in `ERROR`: what AWS refused once is not made again behind the owner's back
   */
  const oldestUsable = async (
    caller: Caller,
    candidates: readonly PlannedSubnet[],
  ): Promise<PlannedSubnet | undefined> => {
    let failed: SubnetRecord | undefined;
    for (const candidate of candidates) {
      const record = await store.find(caller.principal.tenant, candidate.id, { signal: caller.signal });
      if (record && record.status !== 'ERROR') return candidate;
      failed ??= record;
    }
    if (!failed) return undefined;
    throw new CloudError(
      'CONFLICT',
      `subnet ${failed.name} of the VPC is in ERROR: ${failed.status_reason ?? 'unknown'}; delete it, or name another subnet`,
    );
  };

  const byVpc = (caller: Caller, vpcId: string): Promise<Place> =>
    untilCurrent('vpc', async () => {
      const zone = zones.homeOf(caller.principal);
      const vpc = { tenant: caller.principal.tenant, id: vpcId };
      const plan = await addressPlans.get(tables, vpc, caller.signal);
      const subnet = await oldestUsable(caller, subnetsIn(zone, plan));
      return subnet ? { vpcId, subnet } : makeDefault(caller, plan, zone);
    });

  const groupsOf = async (caller: Caller, ids: readonly string[]): Promise<SecurityGroupRecord[]> =>
    Promise.all(
      [...new Set(ids)].map(async (id) => {
        const group = await groups.find(caller.principal.tenant, id, { signal: caller.signal });
        if (!group) throw notFound('security group');
        return group;
      }),
    );

  return {
    async resolve(caller, { vpcId, subnetId, securityGroupIds, privateIp, count = 1 }) {
      const { tenant } = caller.principal;
      const named = await groupsOf(caller, securityGroupIds);
      if (vpcId === undefined && subnetId === undefined) {
        if (named.length > 0) throw invalid('vpc_id', 'must be given with security_group_ids');
        if (privateIp !== undefined) throw invalid('subnet_id', 'must be given with private_ip');
        return undefined;
      }
      const place =
        subnetId === undefined
          ? await byVpc(caller, vpcId as string)
          : await bySubnet(caller, subnetId, vpcId);
      for (const [index, group] of named.entries())
        if (group.vpc_id !== place.vpcId)
          throw invalid(
            `security_group_ids.${index}`,
            'the security group is of another VPC than the instance',
          );
      if (privateIp !== undefined) checkAddress(privateIp, place.subnet);
      const { id, zone } = place.subnet;
      const join: Write[] = [
        subnetUses.join({ tenant, id }, { count, held: count, capacity: capacityOf(place.subnet) }),
        ...named.map((group) => securityGroupUses.join(group, { count })),
        ...(privateIp === undefined ? [] : [takeAddress(tenant, id, privateIp)]),
      ];
      return {
        vpc_id: place.vpcId,
        subnet_id: id,
        zone,
        security_group_ids: named.map((group) => group.id),
        named_ip: privateIp,
        join,
      };
    },

    leave: ({ tenant, subnet_id, security_group_ids = [] }) => [
      ...(subnet_id === undefined ? [] : [subnetUses.leave({ tenant, id: subnet_id })]),
      ...security_group_ids.map((id) => securityGroupUses.leave({ tenant, id })),
    ],
  };
};
