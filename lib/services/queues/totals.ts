import { byStatus, type StreamTotal } from '../../platform/totals/stream-total.ts';

/** What `/metrics` says of queues. */
export const queueTotals: readonly StreamTotal[] = [
  byStatus({
    kind: 'QUEUE',
    name: 'queues_total',
    help: 'Queues of all tenants that were not deleted, by status.',
  }),
];
