import type { ResourceStore } from '../../platform/store/types.ts';
import type { InstanceRecord } from '../instances/service.ts';

/** DynamoDB allows this many operands of IN. */
const maxOperands = 100;

/** Names of a tenant's instances in any of these subnets, at most a hundred, as the slim index shows them. */
export const instancesIn = async (
  instances: Pick<ResourceStore<InstanceRecord>, 'page'>,
  tenant: string,
  subnetIds: readonly string[],
  signal: AbortSignal,
): Promise<string[]> => {
  const ids = subnetIds.slice(0, maxOperands);
  if (ids.length === 0) return [];
  const { items } = await instances.page(
    tenant,
    { paged: true, pageSize: 100, sortBy: 'name', sortDir: 'asc' },
    {
      where: {
        expression: `#subnet IN (${ids.map((_, index) => `:subnet${index}`).join(', ')})`,
        names: { '#subnet': 'subnet_id' },
        values: Object.fromEntries(ids.map((id, index) => [`:subnet${index}`, id])),
      },
    },
    signal,
  );
  return items.map(({ name }) => name);
};
