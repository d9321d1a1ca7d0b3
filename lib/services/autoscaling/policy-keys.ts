import { partitionOf } from '../../platform/table/keys.ts';
import type { Key, Tables, Write } from '../../platform/table/types.ts';
import { scalingGroupKind } from './record.ts';

/** A policy is deleted by its own id alone (contract 2.9), and kept in its group's record: this says which group that is. */
const policyKey = (tenant: string, policyId: string): Key => ({
  pk: `${partitionOf(tenant, scalingGroupKind.kind)}#POLICY`,
  sk: policyId,
});

export const holdPolicy = (tenant: string, policyId: string, groupId: string): Write => ({
  put: { ...policyKey(tenant, policyId), group: groupId },
});

export const releasePolicy = (tenant: string, policyId: string): Write => ({
  delete: policyKey(tenant, policyId),
});

/** The group that a policy belongs to. */
export const groupOfPolicy = async (
  tables: Pick<Tables, 'get'>,
  tenant: string,
  policyId: string,
  signal?: AbortSignal,
): Promise<string | undefined> => {
  const item = await tables.get(policyKey(tenant, policyId), { consistent: true, signal });
  return item?.group as string | undefined;
};
