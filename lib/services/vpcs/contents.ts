import type { AddressPlan } from './address-plan.ts';
import type { VpcRecord } from './record.ts';

/** A VPC's subnets and security groups, as far as its end must know them. */
export interface VpcContents {
  /** What is left in it, tombstones included; `undefined` once the plan is gone. */
  plan(vpc: VpcRecord, signal: AbortSignal): Promise<AddressPlan | undefined>;
  /** Deletes all that is in it, on the platform's own behalf; safe to repeat. */
  remove(vpc: VpcRecord, signal: AbortSignal): Promise<void>;
}
