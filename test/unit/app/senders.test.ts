import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, it } from 'vitest';
import { eventBus } from '../../../lib/app/event-bus.ts';
import { sqsReconcileQueue } from '../../../lib/app/sqs-reconcile-queue.ts';
import type { LifecycleDetail } from '../../../lib/platform/lifecycle/types.ts';

const options = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
const sqsClient = new SQSClient(options);
const bridgeClient = new EventBridgeClient(options);
const sqs = mockClient(sqsClient);
const bridge = mockClient(bridgeClient);

afterEach(() => {
  sqs.reset();
  bridge.reset();
});

describe('the reconcile queue on SQS', () => {
  const queue = sqsReconcileQueue(sqsClient, 'https://sqs/queue');
  const outgoing = (n: number) => ({
    message: { kind: 'TOY', tenant: `t${n % 2}`, id: `i${n}`, generation: 1, event_id: `e${n}` },
    delaySeconds: n === 1 ? 7 : 0,
  });
  const all = Array.from({ length: 23 }, (_, n) => outgoing(n));

  it('sends tens, each message in its tenant’s group and with its delay', async () => {
    sqs.on(SendMessageBatchCommand).resolves({ Failed: [] });
    expect(await queue.send(all)).toEqual(new Map());
    const calls = sqs.commandCalls(SendMessageBatchCommand).map(({ args }) => args[0].input);
    expect(calls.map(({ Entries }) => Entries?.length)).toEqual([10, 10, 3]);
    expect(calls[0]?.Entries?.slice(0, 2)).toEqual([
      { Id: '0', MessageBody: JSON.stringify(all[0]?.message), MessageGroupId: 't0' },
      { Id: '1', MessageBody: JSON.stringify(all[1]?.message), MessageGroupId: 't1', DelaySeconds: 7 },
    ]);
  });

  it('tells which messages were refused, and counts a failed call as all of its batch', async () => {
    sqs
      .on(SendMessageBatchCommand)
      .resolvesOnce({ Failed: [{ Id: '4', Code: 'InternalError', SenderFault: false }] })
      .rejectsOnce(new Error('lost'))
      .resolves({});
    const unsent = await queue.send(all);
    expect([...unsent.keys()]).toEqual([4, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  });

  it('asks nothing of SQS where there is nothing to send', async () => {
    expect(await queue.send([])).toEqual(new Map());
    expect(sqs.calls()).toHaveLength(0);
  });
});

describe('the bus on EventBridge', () => {
  const bus = eventBus(bridgeClient, 'the-bus');
  const detail = (n: number): LifecycleDetail => ({
    id: `a${n}`,
    action_id: `a${n}`,
    action: 'launch',
    phase: 'requested',
    at: '2026-01-01T00:00:00.000Z',
    kind: 'TOY',
    tenant: 't1',
    resource_id: `i${n}`,
    resource_name: 'toy',
    status: 'STARTING',
  });

  it('publishes tens, and tells which were refused', async () => {
    bridge
      .on(PutEventsCommand)
      .resolvesOnce({
        Entries: [{ EventId: 'x' }, { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' }],
      })
      .resolves({ FailedEntryCount: 0, Entries: [] });
    const unsent = await bus.publish(Array.from({ length: 12 }, (_, n) => detail(n)));
    expect([...unsent]).toEqual([[1, new Error('ThrottlingException: slow down')]]);
    const [first] = bridge.commandCalls(PutEventsCommand).map(({ args }) => args[0].input);
    expect(first?.Entries).toHaveLength(10);
    expect(first?.Entries?.[0]).toEqual({
      EventBusName: 'the-bus',
      Source: 'thecloud',
      DetailType: 'Lifecycle',
      Time: new Date('2026-01-01T00:00:00.000Z'),
      Detail: JSON.stringify(detail(0)),
    });
  });
});
