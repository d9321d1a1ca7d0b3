import { createUses } from '../../platform/store/uses.ts';

/** Instances in a subnet; each holds one address until its machine is gone. */
export const subnetUses = createUses({ kind: 'SUBNET', label: 'subnet', places: 'free addresses' });
