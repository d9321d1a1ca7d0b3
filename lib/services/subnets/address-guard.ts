import { CloudError } from '../../platform/errors/index.ts';
import { isFree } from '../../platform/store/signals.ts';
import { partitionOf } from '../../platform/table/keys.ts';
import type { Key, Write } from '../../platform/table/types.ts';

const keyOf = (tenant: string, subnetId: string, address: string): Key => ({
  pk: `${partitionOf(tenant, 'SUBNET')}#ADDRESS`,
  sk: `${subnetId}#${address}`,
});

/** Part of a launch that names its address. @throws CloudError `CONFLICT` for one that another instance has named */
export const takeAddress = (tenant: string, subnetId: string, address: string): Write => ({
  put: { ...keyOf(tenant, subnetId, address) },
  when: isFree,
  otherwise: () =>
    new CloudError('CONFLICT', `private_ip: the address ${address} is taken by another instance`),
});

/** The address may be named again. */
export const freeAddress = (tenant: string, subnetId: string, address: string): Write => ({
  delete: keyOf(tenant, subnetId, address),
});
