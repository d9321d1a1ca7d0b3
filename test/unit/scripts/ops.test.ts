import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { commandOf } from '../../../scripts/ops/commands.ts';
import { aboutOf, whyOf } from '../../../scripts/ops/letter.ts';
import type { Place } from '../../../scripts/ops/place.ts';
import { ago, table } from '../../../scripts/ops/print.ts';
import { queueLetters } from '../../../scripts/ops/queue-letters.ts';
import { runbookOf } from '../../../scripts/ops/runbook.ts';

describe('a dead letter', () => {
  it.each([
    [
      'a reconcile message',
      { kind: 'VOLUME', tenant: 't', id: 'v', generation: 1, event_id: 'v:1' },
      { about: 'VOLUME v', tenant: 't' },
    ],
    [
      'an event of the platform’s bus',
      {
        source: 'thecloud',
        'detail-type': 'Lifecycle',
        detail: { kind: 'MAIL', tenant: 't', resource_id: 'm', action: 'send' },
      },
      { about: 'Lifecycle MAIL send m', tenant: 't' },
    ],
    [
      'a state change of EC2',
      {
        'detail-type': 'EC2 Instance State-change Notification',
        detail: { 'instance-id': 'i-1', state: 'stopped' },
      },
      { about: 'EC2 Instance State-change Notification i-1' },
    ],
    ['an empty schedule', {}, { about: 'an empty message' }],
  ])('says what it is about: %s', (_, body, about) => {
    expect(aboutOf(JSON.stringify(body))).toEqual(about);
  });

  it('that is no JSON says so', () => {
    expect(aboutOf('not { json')).toEqual({ about: 'not JSON' });
  });

  it('says why a service could not deliver it, where its attributes do', () => {
    const value = (StringValue: string) => ({ StringValue });
    expect(whyOf({ ERROR_CODE: value('NO_PERMISSIONS'), ERROR_MESSAGE: value('no') })).toBe(
      'NO_PERMISSIONS: no',
    );
    expect(whyOf({ ErrorMessage: value('timed out') })).toBe('timed out');
    expect(whyOf({})).toBeUndefined();
  });
});

describe('the runbook', () => {
  it.each(['reconcile-ec2', 'observe', 'events', 'stream-outbox', 'sweep'])(
    'of %s says who is hurt',
    (name) => {
      expect(runbookOf(name).hurt).not.toBe('');
    },
  );

  it('of what has none is empty', () => {
    expect(runbookOf('nobody-knows-it')).toEqual({ hurt: '', redrive: '' });
  });
});

describe('a command line', () => {
  it.each([
    ['dlq list', ''],
    ['dlq show observe', 'observe'],
    ['drift show', ''],
    ['drift show 0199', '0199'],
    ['stuck', ''],
  ])('names a command: %s', (line, argument) => {
    expect(commandOf(line.split(' '))).toMatchObject({ argument });
  });

  it.each(['', 'dlq', 'dlq show', 'dlq show a b', 'stuck now', 'drift'])('names none: %s', (line) => {
    expect(commandOf(line.split(' '))).toBeUndefined();
  });

  it('is answered in columns, and with times in their largest unit', () => {
    expect(
      table(
        ['A', 'B'],
        [
          ['long', 'x'],
          ['', 'y'],
        ],
      ),
    ).toBe('A     B\nlong  x\n      y');
    const now = Date.UTC(2026, 0, 2);
    expect(ago('2026-01-01T22:59:00.000Z', now)).toBe('1 h');
    expect(ago(undefined, now)).toBe('');
  });
});

describe('a redrive on AWS', () => {
  const options = {
    dryRun: false,
    perSecond: 500,
    signal: new AbortController().signal,
    progress: () => undefined,
  };
  const open = () => {
    const sqs = new SQSClient({ region: 'us-east-1' });
    const mock = mockClient(sqs);
    mock.on(GetQueueAttributesCommand).callsFake(({ QueueUrl }) => ({
      Attributes: { QueueArn: `arn:${QueueUrl}`, ApproximateNumberOfMessages: '2' },
    }));
    return { mock, place: { sqs, prefix: 'the-cloud-prod' } as Place };
  };

  it('of a whole queue is left to SQS, and followed to its end', async () => {
    const { mock, place } = open();
    mock.on(StartMessageMoveTaskCommand).resolves({ TaskHandle: 'h' });
    mock.on(ListMessageMoveTasksCommand).resolves({
      Results: [{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 2 }],
    });
    const letters = queueLetters(place, 'mail', 'mail-dead', 'mail');
    expect(await letters.redrive(options)).toEqual({ done: 2, failed: [] });
    expect(mock.commandCalls(StartMessageMoveTaskCommand)[0]?.args[0].input).toMatchObject({
      SourceArn: 'arn:mail-dead',
      DestinationArn: 'arn:mail',
    });
    expect(mock.commandCalls(SendMessageCommand)).toEqual([]);
  });

  it('of some sends each before it deletes it, with its tenant, and keeps what could not be sent', async () => {
    const { mock, place } = open();
    const message = (MessageId: string) => ({
      MessageId,
      ReceiptHandle: MessageId,
      Body: '{}',
      Attributes: { MessageGroupId: 'tenant' },
    });
    mock
      .on(ReceiveMessageCommand)
      .resolvesOnce({ Messages: [message('a'), message('b')] })
      .resolves({});
    mock.on(SendMessageCommand).resolvesOnce({}).rejectsOnce(new Error('the queue is gone'));
    const letters = queueLetters(place, 'mail', 'mail-dead', 'mail');
    expect(await letters.redrive({ ...options, max: 2 })).toEqual({
      done: 1,
      failed: [{ id: 'b', error: 'the queue is gone' }],
    });
    expect(mock.commandCalls(SendMessageCommand)[0]?.args[0].input).toMatchObject({
      QueueUrl: 'mail',
      MessageGroupId: 'tenant',
    });
    expect(mock.commandCalls(DeleteMessageCommand).map(({ args }) => args[0].input.ReceiptHandle)).toEqual([
      'a',
    ]);
  });
});
