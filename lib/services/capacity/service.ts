import { CloudError } from '../../platform/errors/index.ts';
import type { Item, Tables, Write } from '../../platform/table/types.ts';
import { capacityKey, capacityPartition, claimedAttribute, Measured, roomAttribute } from './record.ts';
import type { CapacityUse } from './schema.ts';

/** Resources that are claimed of an account before AWS is asked: so few that one item for all tenants is no bottleneck. */
export type ClaimedResource = 'vpcs' | 'load_balancers';

const labels: Record<ClaimedResource, string> = {
  vpcs: 'VPC (each takes an internet gateway too)',
  load_balancers: 'load balancer',
};

export interface CapacityOptions {
  tables: Pick<Tables, 'query'>;
  /** The workload account that a tenant is placed on. */
  accountOf(tenant: string): string;
}

const usesOf = (item: Item): CapacityUse[] => {
  const { success, data } = Measured.safeParse(item);
  if (!success) return [];
  const { account, measured_at, gauges } = data;
  return gauges.map(({ resource, used, limit }) => ({
    account,
    resource,
    used,
    limit,
    percent: limit > 0 ? Math.floor((used * 100) / limit) : 100,
    measured_at,
  }));
};

/**
 * What AWS lets each workload account have. The end is a 429 that names the resource, and no request that AWS refuses:
 * a claim is part of the transaction that makes the record, and is given back when the cloud says that the thing is gone.
 */
export const createCapacity = ({ tables, accountOf }: CapacityOptions) => ({
  /** As it was last measured, by account and resource. */
  async list(signal?: AbortSignal): Promise<CapacityUse[]> {
    const uses: CapacityUse[] = [];
    for await (const item of tables.query({ partition: capacityPartition, consistent: true, signal }))
      uses.push(...usesOf(item));
    return uses;
  },

  /** @throws CloudError `RESOURCE_LIMIT_EXCEEDED` where the account has no room; before the first measurement it has */
  claim: (resource: ClaimedResource, tenant: string): Write => ({
    update: capacityKey(accountOf(tenant)),
    add: { [claimedAttribute(resource)]: 1 },
    when: {
      expression:
        'attribute_not_exists(#room) OR #claimed < #room OR (attribute_not_exists(#claimed) AND #room > :none)',
      names: { '#room': roomAttribute(resource), '#claimed': claimedAttribute(resource) },
      values: { ':none': 0 },
    },
    otherwise: () =>
      new CloudError(
        'RESOURCE_LIMIT_EXCEEDED',
        `the platform's AWS account has no room for another ${labels[resource]}; its operator can ask AWS for more`,
      ),
  }),

  release: (resource: ClaimedResource, tenant: string): Write => ({
    update: capacityKey(accountOf(tenant)),
    add: { [claimedAttribute(resource)]: -1 },
  }),
});

export type Capacity = ReturnType<typeof createCapacity>;
