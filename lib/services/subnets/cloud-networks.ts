import { BackendError } from '../../platform/lifecycle/types.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { Reconciled } from '../../platform/table/resource.ts';
import type { CloudNetworks } from '../instances/service.ts';
import type { SecurityGroupRecord } from '../security-groups/service.ts';
import type { VpcRecord } from '../vpcs/service.ts';
import { freeAddress } from './address-guard.ts';
import type { SubnetRecord } from './record.ts';
import { subnetUses } from './uses.ts';

export interface CloudNetworksOptions {
  vpcs: Pick<ResourceStore<VpcRecord>, 'find'>;
  subnets: Pick<ResourceStore<SubnetRecord>, 'find'>;
  groups: Pick<ResourceStore<SecurityGroupRecord>, 'find'>;
}

interface Made extends Reconciled {
  provider_id?: string;
}

/** What was asked for a moment ago is there in a moment: a launch right after its network starts without a pause. */
const notYet = (label: string) =>
  new BackendError('not_yet', `waiting for the ${label}`, undefined, { soonMilliseconds: 200 });

/** The cloud's id of what a machine needs. @throws BackendError */
const providerIdOf = (label: string, record: Made | undefined): string => {
  if (!record) throw new BackendError('rejected', `the ${label} is gone`);
  if (record.status === 'ERROR')
    throw new BackendError('rejected', `the ${label} is in ERROR: ${record.status_reason ?? 'unknown'}`);
  if (!record.provider_id) throw notYet(label);
  return record.provider_id;
};

/** The tenants' own networks, as the reconciler of instances sees them. */
export const createCloudNetworks = ({ vpcs, subnets, groups }: CloudNetworksOptions): CloudNetworks => ({
  async locate({ tenant, subnet_id = '', security_group_ids = [] }, signal) {
    const subnet = await subnets.find(tenant, subnet_id, { signal });
    const subnetId = providerIdOf('subnet', subnet);
    const { vpc_id, availability_zone: zone, generation, observed_generation } = subnet as SubnetRecord;
    // Whether its machines get public addresses is decided when they are launched.
    if (observed_generation < generation) throw notYet('subnet');
    const [vpc, ...named] = await Promise.all([
      vpcs.find(tenant, vpc_id, { signal }),
      ...security_group_ids.map((id) => groups.find(tenant, id, { signal })),
    ]);
    return {
      vpcId: providerIdOf('vpc', vpc as VpcRecord | undefined),
      subnetId,
      groupIds: named.map((group) =>
        providerIdOf('security group', group as SecurityGroupRecord | undefined),
      ),
      zone,
    };
  },

  release: ({ tenant, subnet_id, named_ip }) =>
    subnet_id === undefined
      ? []
      : [
          subnetUses.release({ tenant, id: subnet_id }),
          ...(named_ip === undefined ? [] : [freeAddress(tenant, subnet_id, named_ip)]),
        ],
});
