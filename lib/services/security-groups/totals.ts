import { byStatus, type StreamTotal } from '../../platform/totals/stream-total.ts';

/** What `/metrics` says of security groups. */
export const securityGroupTotals: readonly StreamTotal[] = [
  byStatus({
    kind: 'SECURITY_GROUP',
    name: 'security_groups_total',
    help: 'Security groups of all tenants that were not deleted, by status.',
  }),
];
