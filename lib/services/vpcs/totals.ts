import { byStatus, type StreamTotal } from '../../platform/totals/stream-total.ts';

/** What `/metrics` says of VPCs. */
export const vpcTotals: readonly StreamTotal[] = [
  byStatus({
    kind: 'VPC',
    name: 'vpcs_total',
    help: 'VPCs of all tenants that were not deleted, by status.',
  }),
];
