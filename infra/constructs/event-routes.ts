import { Duration } from 'aws-cdk-lib';
import { type EventPattern, type IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { DeadLetterQueue } from './queues.ts';

export interface EventRouteProps {
  /** Left out: the account's default bus, where AWS's own events arrive. */
  eventBus?: IEventBus;
  description: string;
  eventPattern: EventPattern;
  queue: IQueue;
  /** Takes events that can't be delivered for a day. */
  undeliverable: DeadLetterQueue;
}

/** Sends the events of a bus that match a pattern to a queue. */
export const routeEvents = (
  scope: Construct,
  id: string,
  { queue, undeliverable, ...rule }: EventRouteProps,
): Rule =>
  new Rule(scope, id, {
    ...rule,
    targets: [
      new SqsQueue(queue, {
        deadLetterQueue: undeliverable.queue,
        maxEventAge: Duration.hours(24),
        retryAttempts: 185,
      }),
    ],
  });
