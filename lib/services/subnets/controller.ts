import { creationMayAppear } from '../../platform/lifecycle/creation.ts';
import { isLookedAtAgain, mustShow, stillThere, takeOverOrCreate } from '../../platform/lifecycle/made.ts';
import type { Controller, Step } from '../../platform/lifecycle/types.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import { addressPlans, type VpcRecord, vpcIdFor, waitFor } from '../vpcs/service.ts';
import type { SubnetBackend } from './backend.ts';
import { type SubnetRecord, subnetUsage } from './record.ts';
import { subnetUses } from './uses.ts';

/** What is there of a subnet, and the VPC that it lies in. */
export interface ObservedSubnet {
  subnets: readonly { id: string }[];
  /** Also one that is being deleted. */
  vpc?: VpcRecord;
}

type SubnetStep = Step<SubnetRecord>;

export interface SubnetControllerOptions {
  backend: SubnetBackend;
  vpcs: Pick<ResourceStore<VpcRecord>, 'find'>;
}

/** How a subnet is brought about on EC2: a public one gives out public addresses and uses the VPC's public route table. */
export const createSubnetController = ({
  backend,
  vpcs,
}: SubnetControllerOptions): Controller<SubnetRecord, ObservedSubnet> => {
  const publish = (wanted: SubnetRecord, subnetId: string, routeTableId: string): SubnetStep => ({
    do: 'call',
    name: 'PublishSubnet',
    call: async (signal) => {
      if (!wanted.maps_public_addresses) await backend.mapPublicAddresses(subnetId, signal);
      await backend.useRouteTable(subnetId, routeTableId, signal);
      return { set: { maps_public_addresses: true, is_routed: true } };
    },
  });

  const make = (wanted: SubnetRecord, { subnets, vpc }: ObservedSubnet, now: number): SubnetStep => {
    const place = vpcIdFor<SubnetRecord>(vpc);
    if ('step' in place) return place.step;
    const { vpcId } = place;
    if (!wanted.provider_id)
      return takeOverOrCreate<SubnetRecord>(subnets, now, {
        name: 'CreateSubnet',
        create: (signal) =>
          backend.create(
            wanted,
            { vpcId, cidr_block: wanted.cidr_block, zone: wanted.availability_zone },
            signal,
          ),
        delete: backend.delete,
        record: (provider_id) => ({ provider_id }),
      });
    const isShown = subnets.some(({ id }) => id === wanted.provider_id);
    if (isLookedAtAgain(wanted) && mustShow(wanted, now) && !isShown)
      return { do: 'fail', reason: 'the subnet is gone; it was deleted outside of the platform' };
    if (wanted.public && !wanted.is_routed) {
      if (!vpc?.route_table_id || !vpc.is_routed) return waitFor('waiting for the gateway of the vpc');
      return publish(wanted, wanted.provider_id, vpc.route_table_id);
    }
    return { do: 'converged', set: { status: 'available' }, remove: ['status_reason'] };
  };

  const end = (wanted: SubnetRecord, { subnets }: ObservedSubnet, now: number): SubnetStep => {
    const ids = stillThere(wanted, subnets, wanted.provider_id, now);
    if (ids.length > 0)
      return {
        do: 'call',
        name: 'DeleteSubnet',
        call: async (signal) => {
          for (const id of ids) await backend.delete(id, signal);
          return { remove: ['provider_id'] };
        },
      };
    if (creationMayAppear(wanted, now)) return waitFor('making sure that no subnet is left');
    return {
      do: 'forget',
      usage: subnetUsage,
      extra: [
        subnetUses.end(wanted),
        addressPlans.remove({ tenant: wanted.tenant, id: wanted.vpc_id }, wanted.id),
      ],
    };
  };

  return {
    kind: 'SUBNET',

    async observe(resources, signal) {
      const sought = resources.filter(
        (subnet) => !subnet.provider_id || subnet.deleted_at || isLookedAtAgain(subnet),
      );
      const [found, parents] = await Promise.all([
        backend.find(
          sought.map(({ id }) => id),
          signal,
        ),
        Promise.all(
          resources.map(({ tenant, vpc_id }) => vpcs.find(tenant, vpc_id, { signal, tombstones: true })),
        ),
      ]);
      return new Map(
        resources.map(({ id }, index): [string, ObservedSubnet] => [
          id,
          { subnets: found.get(id) ?? [], vpc: parents[index] },
        ]),
      );
    },

    reconcile(wanted, observed = { subnets: [] }, now) {
      return wanted.deleted_at ? end(wanted, observed, now) : make(wanted, observed, now);
    },
  };
};
