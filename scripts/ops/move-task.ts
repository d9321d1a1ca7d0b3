import { setTimeout as pause } from 'node:timers/promises';
import {
  CancelMessageMoveTaskCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import type { Redriven, RedriveOptions } from './dead-letters.ts';
import type { Place } from './place.ts';

const pollMilliseconds = 2_000;

/** What a server says that has no message move tasks. */
const unknownAction = new Set(['InvalidAction', 'UnknownOperationException', 'UnsupportedOperation']);

const arnOf = async ({ sqs }: Place, QueueUrl: string): Promise<string> => {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  return Attributes?.QueueArn ?? '';
};

/**
 * Has SQS itself move a dead-letter queue's messages back, and follows it to its end. The operator's interrupt cancels the
 * task: what was moved is moved.
 * @returns `undefined` where the server has no such tasks
 */
export const moveTask = async (
  place: Place,
  from: string,
  to: string,
  { perSecond, signal, progress }: RedriveOptions,
): Promise<Redriven | undefined> => {
  const [SourceArn, DestinationArn] = [await arnOf(place, from), await arnOf(place, to)];
  try {
    await place.sqs.send(
      new StartMessageMoveTaskCommand({
        SourceArn,
        // Said, as a schedule's own dead letters have no queue that SQS would know of.
        DestinationArn,
        MaxNumberOfMessagesPerSecond: perSecond,
      }),
    );
  } catch (error) {
    if (unknownAction.has((error as Error).name)) return undefined;
    throw error;
  }
  for (;;) {
    const { Results = [] } = await place.sqs.send(
      new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 1 }),
    );
    const [task] = Results;
    const done = Number(task?.ApproximateNumberOfMessagesMoved ?? 0);
    progress(done, Number(task?.ApproximateNumberOfMessagesToMove ?? 0));
    if (task?.Status === 'RUNNING' && signal.aborted)
      await place.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle: task.TaskHandle }));
    else if (task?.Status === 'FAILED')
      return { done, failed: [{ id: SourceArn, error: task.FailureReason ?? 'SQS does not say why' }] };
    else if (task?.Status !== 'RUNNING' && task?.Status !== 'CANCELLING') return { done, failed: [] };
    await pause(pollMilliseconds);
  }
};
