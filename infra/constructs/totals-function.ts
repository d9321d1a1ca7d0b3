import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { streamTotals } from '../../lib/services/totals.ts';
import type { Link } from './link.ts';
import type { Platform } from './platform.ts';
import { StreamFunction } from './stream-function.ts';

/** Ends of the partition keys of the kinds that are counted: `T#<tenant>#INSTANCE`. The totals' own items end otherwise. */
const countedPartitions = [...new Set(streamTotals.map(({ kind }) => kind))].map((kind) => ({
  suffix: `#${kind}`,
}));

/** The function that keeps the totals of `/metrics` from the changes of the table of record. */
export class TotalsFunction extends StreamFunction {
  constructor(scope: Construct, id: string, props: { platform: Platform; links: readonly Link[] }) {
    super(scope, id, {
      ...props,
      bundle: 'stream-totals',
      description: 'Counts changes of the table of record into the totals of /metrics',
      // Also records of what was deleted, which have no new image.
      patterns: [{ dynamodb: { Keys: { pk: { S: countedPartitions } } } }],
      // What one transaction takes, with the totals beside it.
      batchSize: 80,
      // Nobody waits for a number, and a batch costs one transaction whatever it holds.
      batchingWindow: Duration.seconds(5),
      errorImpact: 'Operators who read /metrics see old numbers. No user is hurt.',
      remedy:
        'Numbers stay off by the records in the bucket until they are counted: docs/metrics.md, “When a record was given up”.',
      lateAfter: Duration.minutes(15),
    });
  }
}
