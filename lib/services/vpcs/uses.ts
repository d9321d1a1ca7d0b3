import { createUses } from '../../platform/store/uses.ts';

/** Who uses a VPC besides what is in its subnets: load balancers. Subnets and security groups go along with it. */
export const vpcUses = createUses({ kind: 'VPC', label: 'vpc' });
