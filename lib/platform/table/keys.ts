import type { Key } from './types.ts';

/** All resources of one kind and tenant; their sort keys are their ids, so they lie in the order of creation. */
export const partitionOf = (tenant: string, kind: string): string => `T#${tenant}#${kind}`;

export const resourceKey = (tenant: string, kind: string, id: string): Key => ({
  pk: partitionOf(tenant, kind),
  sk: id,
});

const counterSuffix = 'COUNTER';

const countersPartition = (tenant: string): string => `T#${tenant}#${counterSuffix}`;

/** How many resources of a kind a tenant has, what they take of its quotas, and its own limits. */
export const counterKey = (tenant: string, kind: string): Key => ({
  pk: countersPartition(tenant),
  sk: kind,
});

/** Keeps a name unique within a tenant and kind; its item holds the `id` of the resource that has the name. */
export const nameGuardKey = (tenant: string, kind: string, name: string): Key => ({
  pk: `${partitionOf(tenant, kind)}#NAME`,
  sk: name,
});

/** How many use a resource that others are placed in or refer to. */
export const usesKey = (tenant: string, kind: string, id: string): Key => ({
  pk: `${partitionOf(tenant, kind)}#USES`,
  sk: id,
});

/** Sort key of the `byName` index, under the resource's own partition. */
export const nameIndexKey = (name: string, id: string): string => `${name}#${id}`;

/** What the partition key of every lease begins with. */
export const leasePrefix = 'LEASE#';

/** In the ephemeral table: who works on a resource right now. */
export const leaseKey = (tenant: string, kind: string, id: string): Key => ({
  table: 'ephemeral',
  pk: `${leasePrefix}${partitionOf(tenant, kind)}`,
  sk: id,
});

/** In the ephemeral table: what was done to one resource; sort key is the action's id, so newest last. */
export const actionsPartition = (tenant: string, kind: string, id: string): string =>
  `${partitionOf(tenant, kind)}#${id}#ACTIONS`;

export const actionKey = (tenant: string, kind: string, id: string, action: string): Key => ({
  table: 'ephemeral',
  pk: actionsPartition(tenant, kind, id),
  sk: action,
});

const resourcePartition = /^T#([^#]+)#([A-Z0-9_]+)$/;

/** Whose resource a key of the table of record is of, or `undefined` where it is of something else. */
export const parseResourceKey = ({
  pk,
  sk,
}: Pick<Key, 'pk' | 'sk'>): { tenant: string; kind: string; id: string } | undefined => {
  const [, tenant, kind] = resourcePartition.exec(pk) ?? [];
  return tenant && kind && kind !== counterSuffix ? { tenant, kind, id: sk } : undefined;
};
