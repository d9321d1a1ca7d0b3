import { partitionOf } from '../../platform/table/keys.ts';
import type { Key, Write } from '../../platform/table/types.ts';

/** Whose instance an EC2 instance is: the observer finds it by this. Lives as long as the instance's record. */
export const machineKey = (machineId: string): Key => ({ pk: `EC2#${machineId}`, sk: 'INSTANCE' });

/** Signals that a machine is another instance's. */
export class MachineTaken extends Error {
  override readonly name = 'MachineTaken';
}

/**
 * Says whose a machine is; part of the write that gives the instance its machine.
 * @throws MachineTaken where it is another's: no machine is ever two instances'
 */
export const ownerOf = (machineId: string, { tenant, id }: { tenant: string; id: string }): Write => ({
  put: { ...machineKey(machineId), tenant, id },
  when: {
    expression: 'attribute_not_exists(pk) OR #id = :id',
    names: { '#id': 'id' },
    values: { ':id': id },
  },
  otherwise: () => new MachineTaken(`the machine ${machineId} is another instance's`),
});

/** The user data of one instance; apart, because it may be 16 KB and nobody lists it. */
export const userDataKey = (tenant: string, id: string): Key => ({
  pk: `${partitionOf(tenant, 'INSTANCE')}#USERDATA`,
  sk: id,
});
