import { alongWith } from '../../platform/lifecycle/requested.ts';
import { listAll } from '../../platform/store/list-all.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { Tables } from '../../platform/table/types.ts';
import type { SecurityGroupRecord } from '../security-groups/service.ts';
import { addressPlans, type VpcContents } from '../vpcs/service.ts';
import { planned, type SubnetRecord } from './record.ts';

export interface VpcContentsOptions {
  tables: Pick<Tables, 'get'>;
  subnets: Pick<ResourceStore<SubnetRecord>, 'list' | 'removeAlong'>;
  groups: Pick<ResourceStore<SecurityGroupRecord>, 'list' | 'removeAlong'>;
}

/** What goes along with a VPC: its subnets and security groups. The delete of the VPC has closed both to newcomers. */
export const createVpcContents = ({ tables, subnets, groups }: VpcContentsOptions): VpcContents => ({
  plan: (vpc, signal) => addressPlans.find(tables, vpc, signal),

  async remove({ tenant, id, event, deleted_at = '' }, signal) {
    const ofVpc = <R extends { vpc_id: string }>(all: R[]): R[] => all.filter(({ vpc_id }) => vpc_id === id);
    const [inside, grouped] = await Promise.all([
      listAll(subnets, tenant, signal).then(ofVpc),
      listAll(groups, tenant, signal).then(ofVpc),
    ]);
    for (const subnet of inside)
      await subnets.removeAlong(
        tenant,
        subnet.id,
        {
          set: { event: alongWith(subnet.id, deleted_at, event) },
          extra: [addressPlans.leave({ tenant, id }, planned(subnet))],
        },
        signal,
      );
    for (const group of grouped)
      await groups.removeAlong(
        tenant,
        group.id,
        { set: { event: alongWith(group.id, deleted_at, event) } },
        signal,
      );
  },
});
