import { listAll } from '../../platform/store/list-all.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { Write } from '../../platform/table/types.ts';
import { vpcUses } from '../vpcs/service.ts';
import type { ScalingGroupRecord } from './record.ts';
import { maxGroupsPerVpc } from './schema.ts';

export { scalingGroupKind } from './record.ts';

const sort = { name: 'scaling_groups', label: 'scaling groups', most: maxGroupsPerVpc } as const;

type Placed = Pick<ScalingGroupRecord, 'tenant' | 'vpc_id'>;

/**
 * Counts a group in at its VPC; of the transaction that makes it.
 * @throws CloudError `NOT_FOUND` for a VPC that is not there, `RESOURCE_LIMIT_EXCEEDED` for a sixth group (contract 2.9)
 */
export const joinVpc = ({ tenant, vpc_id }: Placed): Write => vpcUses.join({ tenant, id: vpc_id }, { sort });

/** Part of its delete: what is being deleted keeps no VPC from being deleted. Its instances do, while they are there. */
export const leaveVpc = ({ tenant, vpc_id }: Placed): Write =>
  vpcUses.leave({ tenant, id: vpc_id }, { sort });

/** Names of the groups in a VPC, for the answer that it can not be deleted. */
export const scalingGroupsIn =
  (store: Pick<ResourceStore<ScalingGroupRecord>, 'list'>) =>
  async ({ tenant, id }: { tenant: string; id: string }, signal: AbortSignal): Promise<string[]> => {
    const all = await listAll(store, tenant, signal);
    return all.filter(({ vpc_id }) => vpc_id === id).map(({ name }) => `scaling group ${name}`);
  };
