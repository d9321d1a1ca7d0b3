import { operationsOf, populationOf, type StreamTotal } from '../../platform/totals/stream-total.ts';

/** What `/metrics` says of instances (contract 2.22). */
export const instanceTotals: readonly StreamTotal[] = [
  populationOf({
    kind: 'INSTANCE',
    name: 'instances_total',
    help: 'Instances of all tenants that were not deleted, by status.',
    labels: ['status', 'backend'],
    seriesOf: ({ status }) => [String(status), 'ec2'],
  }),
  operationsOf({
    kind: 'INSTANCE',
    name: 'instance_operations_total',
    help: 'What was asked of instances (requested), and what came of it (succeeded, failed).',
  }),
];
