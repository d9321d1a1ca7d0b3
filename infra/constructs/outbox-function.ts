import { Duration } from 'aws-cdk-lib';
import { FilterRule } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Link } from './link.ts';
import type { Platform } from './platform.ts';
import { StreamFunction } from './stream-function.ts';

/** The function that turns changes of the table of record into messages and events. */
export class OutboxFunction extends StreamFunction {
  constructor(scope: Construct, id: string, props: { platform: Platform; links: readonly Link[] }) {
    super(scope, id, {
      ...props,
      bundle: 'stream-outbox',
      description: 'Turns changes of the table of record into queue messages and events',
      // Only records of resources under reconciliation, those that carry a lifecycle event, and tombstones that go,
      // which is how a delete ends, concern it.
      patterns: [
        { dynamodb: { NewImage: { generation: { N: FilterRule.exists() } } } },
        { dynamodb: { NewImage: { event: { M: { id: { S: FilterRule.exists() } } } } } },
        {
          eventName: FilterRule.isEqual('REMOVE'),
          dynamodb: { OldImage: { deleted_at: { S: FilterRule.exists() } } },
        },
      ],
      batchSize: 100,
      errorImpact:
        'Users whose accepted requests do not start: instances stay in STARTING or STOPPING, mail is not sent.',
      remedy: 'The sweeper re-queues what is due; replay events from the bucket: docs/operate.md, “Outbox”.',
      lateAfter: Duration.minutes(1),
    });
  }
}
