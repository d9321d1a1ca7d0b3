import type { Family } from '../../platform/totals/exposition.ts';
import type { Vitals } from './service.ts';

const gauge = (name: string, help: string, value: number): Family => ({
  name,
  type: 'gauge',
  help,
  samples: [{ labels: {}, value }],
});

/** What is found out when it is asked for, beside the totals that are kept. */
export const vitalFamilies = ({ database, late }: Vitals): Family[] => [
  gauge('database_up', 'Whether the table of record can be read.', database.connected ? 1 : 0),
  ...(database.connected
    ? [
        gauge(
          'work_late_seconds',
          'By how much the oldest change that was asked for is late.',
          Math.floor(late / 1_000),
        ),
      ]
    : []),
];
