import { creationMayAppear } from '../../platform/lifecycle/creation.ts';
import { mustShow, stillThere, takeOverOrCreate } from '../../platform/lifecycle/made.ts';
import type { Controller, Step } from '../../platform/lifecycle/types.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import { addressPlans, type VpcRecord, vpcIdFor, waitFor } from '../vpcs/service.ts';
import type { CloudGroup, CloudPermission, Direction, SecurityGroupBackend } from './backend.ts';
import { permissionsOf, without } from './permissions.ts';
import { type SecurityGroupRecord, securityGroupUsage } from './record.ts';
import { directions, maxRulesPerDirection } from './schema.ts';
import { namedGroups } from './service.ts';
import { securityGroupUses } from './uses.ts';

/** What is there of a group, the VPC that it lies in, and the groups that its rules name. */
export interface ObservedGroup {
  groups: readonly CloudGroup[];
  /** Also one that is being deleted. */
  vpc?: VpcRecord;
  /** By id. */
  named: ReadonlyMap<string, SecurityGroupRecord>;
}

type GroupStep = Step<SecurityGroupRecord>;

export interface SecurityGroupControllerOptions {
  backend: SecurityGroupBackend;
  vpcs: Pick<ResourceStore<VpcRecord>, 'find'>;
  store: Pick<ResourceStore<SecurityGroupRecord>, 'find'>;
}

/** How a security group is brought about on EC2: its permissions are made equal to the record's rules. */
export const createSecurityGroupController = ({
  backend,
  vpcs,
  store,
}: SecurityGroupControllerOptions): Controller<SecurityGroupRecord, ObservedGroup> => {
  const change = (
    name: 'authorize' | 'revoke',
    groupId: string,
    direction: Direction,
    permissions: readonly CloudPermission[],
  ): GroupStep => ({
    do: 'call',
    name: `${name} ${direction}`,
    call: async (signal) => {
      await backend[name](groupId, direction, permissions, signal);
      return undefined;
    },
  });

  /** One difference between what is allowed and what shall be; `undefined` where there is none. */
  const equalize = (
    group: CloudGroup,
    direction: Direction,
    wanted: CloudPermission[],
  ): GroupStep | undefined => {
    const present = group[direction];
    const [missing, extra] = [without(wanted, present), without(present, wanted)];
    const fits = present.length + missing.length <= maxRulesPerDirection;
    if (missing.length > 0 && (fits || extra.length === 0))
      return change('authorize', group.id, direction, missing);
    return extra.length > 0 ? change('revoke', group.id, direction, extra) : undefined;
  };

  const apply = (wanted: SecurityGroupRecord, group: CloudGroup, { named }: ObservedGroup): GroupStep => {
    const cloudIdOf = (id: string) => (id === wanted.id ? group.id : named.get(id)?.provider_id);
    let isPending = false;
    for (const direction of directions) {
      const { permissions, pending } = permissionsOf(wanted, direction, cloudIdOf);
      const step = equalize(group, direction, permissions);
      if (step) return step;
      isPending ||= pending;
    }
    if (!isPending) return { do: 'converged', set: { status: 'active' }, remove: ['status_reason'] };
    const failed = [...named.values()].find(({ status }) => status === 'ERROR');
    return failed
      ? { do: 'fail', reason: `a rule names security group ${failed.name}, which is in ERROR` }
      : waitFor('waiting for the security groups that its rules name');
  };

  const make = (wanted: SecurityGroupRecord, observed: ObservedGroup, now: number): GroupStep => {
    const { groups, vpc } = observed;
    const place = vpcIdFor<SecurityGroupRecord>(vpc);
    if ('step' in place) return place.step;
    const { vpcId } = place;
    if (!wanted.provider_id)
      return takeOverOrCreate<SecurityGroupRecord>(groups, now, {
        name: 'CreateSecurityGroup',
        create: (signal) => backend.create(wanted, vpcId, signal),
        delete: backend.delete,
        record: (provider_id) => ({ provider_id }),
      });
    const group = groups.find(({ id }) => id === wanted.provider_id);
    if (group) return apply(wanted, group, observed);
    return mustShow(wanted, now)
      ? { do: 'fail', reason: 'the security group is gone; it was deleted outside of the platform' }
      : waitFor('waiting for EC2 to show the security group');
  };

  /** Groups that name each other can't be deleted: each lets go of the others first. */
  const letGo = (group: CloudGroup): GroupStep | undefined => {
    for (const direction of directions) {
      const naming = group[direction].filter(({ peer }) => 'group' in peer);
      if (naming.length > 0) return change('revoke', group.id, direction, naming);
    }
    return undefined;
  };

  const end = (wanted: SecurityGroupRecord, { groups }: ObservedGroup, now: number): GroupStep => {
    for (const group of groups) {
      const step = letGo(group);
      if (step) return step;
    }
    const ids = stillThere(wanted, groups, wanted.provider_id, now);
    if (ids.length > 0)
      return {
        do: 'call',
        name: 'DeleteSecurityGroup',
        call: async (signal) => {
          for (const id of ids) await backend.delete(id, signal);
          return { remove: ['provider_id'] };
        },
      };
    if (creationMayAppear(wanted, now)) return waitFor('making sure that no security group is left');
    return {
      do: 'forget',
      usage: securityGroupUsage,
      extra: [
        securityGroupUses.end(wanted),
        addressPlans.removeGroup({ tenant: wanted.tenant, id: wanted.vpc_id }),
      ],
    };
  };

  const observeOne = async (group: SecurityGroupRecord, signal: AbortSignal) => {
    const { tenant, vpc_id, deleted_at } = group;
    const [vpc, ...named] = await Promise.all([
      vpcs.find(tenant, vpc_id, { signal, tombstones: true }),
      ...(deleted_at ? [] : namedGroups(group)).map((id) => store.find(tenant, id, { signal })),
    ]);
    const present = (named as (SecurityGroupRecord | undefined)[]).flatMap((one) => (one ? [one] : []));
    return { vpc: vpc as VpcRecord | undefined, named: new Map(present.map((one) => [one.id, one])) };
  };

  return {
    kind: 'SECURITY_GROUP',

    async observe(resources, signal) {
      const [found, others] = await Promise.all([
        backend.find(
          resources.map(({ id }) => id),
          signal,
        ),
        Promise.all(resources.map((group) => observeOne(group, signal))),
      ]);
      return new Map(
        resources.map(({ id }, index): [string, ObservedGroup] => [
          id,
          { groups: found.get(id) ?? [], named: new Map(), ...others[index] },
        ]),
      );
    },

    reconcile(wanted, observed = { groups: [], named: new Map() }, now) {
      return wanted.deleted_at ? end(wanted, observed, now) : make(wanted, observed, now);
    },
  };
};
