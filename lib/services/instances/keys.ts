import { partitionOf } from '../../platform/table/keys.ts';
import type { Key } from '../../platform/table/types.ts';

/** Whose instance an EC2 instance is: the observer finds it by this. Lives as long as the instance's record. */
export const machineKey = (machineId: string): Key => ({ pk: `EC2#${machineId}`, sk: 'INSTANCE' });

/** The user data of one instance; apart, because it may be 16 KB and nobody lists it. */
export const userDataKey = (tenant: string, id: string): Key => ({
  pk: `${partitionOf(tenant, 'INSTANCE')}#USERDATA`,
  sk: id,
});
