import type { Vitals } from './service.ts';

/** Prometheus' text format, version 0.0.4. */
export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8';

const gauge = (name: string, help: string, value: number): string =>
  `# HELP thecloud_${name} ${help}\n# TYPE thecloud_${name} gauge\nthecloud_${name} ${value}\n`;

/**
 * What is known of the whole platform now. Nothing here is counted by one process: it would start anew with each, and be
 * another number at each scrape.
 */
export const metricsText = ({ database, late }: Vitals): string =>
  gauge('database_up', 'Whether the table of record can be read.', database.connected ? 1 : 0) +
  (database.connected
    ? gauge(
        'work_late_seconds',
        'By how much the oldest change that was asked for is late.',
        Math.floor(late / 1_000),
      )
    : '');
