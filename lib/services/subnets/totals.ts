import { byStatus, type StreamTotal } from '../../platform/totals/stream-total.ts';

/** What `/metrics` says of subnets. */
export const subnetTotals: readonly StreamTotal[] = [
  byStatus({
    kind: 'SUBNET',
    name: 'subnets_total',
    help: 'Subnets of all tenants that were not deleted, by status.',
  }),
];
