import type { Clock } from '../../platform/clock.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { NewId } from '../../platform/ids.ts';
import { requested } from '../../platform/lifecycle/requested.ts';
import { newRecord } from '../../platform/store/new-record.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import { type AddressPlan, addressPlans } from '../vpcs/service.ts';
import { capacityOf, planned, type SubnetRecord, subnetUsage } from './record.ts';
import { subnetUses } from './uses.ts';

export interface NewSubnetParts {
  store: Pick<ResourceStore<SubnetRecord>, 'create'>;
  clock: Clock;
  newId: NewId;
}

type NewSubnet = Pick<SubnetRecord, 'name' | 'cidr_block' | 'availability_zone' | 'public'>;

/**
 * Writes a new subnet, within `untilCurrent`: the plan that was read is the one that it is added to.
 * @param answer what an `Idempotency-Key` is remembered with; left out where the caller asked for something else
 */
export const createSubnetIn = async (
  { store, clock, newId }: NewSubnetParts,
  caller: Caller,
  plan: AddressPlan,
  wanted: NewSubnet,
  answer?: (record: SubnetRecord) => unknown,
): Promise<SubnetRecord> => {
  const record: SubnetRecord = {
    ...newRecord(newId, caller),
    ...wanted,
    status: 'available',
    vpc_id: plan.vpcId,
    event: requested({ newId, clock }, caller, 'create'),
  };
  return store.create(caller, record, {
    usage: subnetUsage,
    answer: answer?.(record),
    extra: [
      addressPlans.add(plan, planned(record)),
      subnetUses.open(record, { capacity: capacityOf(record) }),
    ],
  });
};
