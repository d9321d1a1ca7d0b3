import { byStatus, type StreamTotal } from '../../platform/totals/stream-total.ts';

/** What `/metrics` says of load balancers. */
export const loadBalancerTotals: readonly StreamTotal[] = [
  byStatus({
    kind: 'LOAD_BALANCER',
    name: 'load_balancers_total',
    help: 'Load balancers of all tenants that were not deleted, by status.',
  }),
];
