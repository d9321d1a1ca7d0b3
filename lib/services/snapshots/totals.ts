import { byStatus, type StreamTotal } from '../../platform/totals/stream-total.ts';

/** What `/metrics` says of snapshots. */
export const snapshotTotals: readonly StreamTotal[] = [
  byStatus({
    kind: 'SNAPSHOT',
    name: 'snapshots_total',
    help: 'Snapshots of all tenants that were not deleted, by status.',
  }),
];
