import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createOutbox } from '../../../../lib/platform/lifecycle/outbox.ts';
import type { OutgoingMessage } from '../../../../lib/platform/lifecycle/ports.ts';
import type { LifecycleDetail } from '../../../../lib/platform/lifecycle/types.ts';
import { toAttributes } from '../../../../lib/platform/table/values.ts';
import { requested, toy } from '../../../support/toy.ts';

const inserted = (sequence: number, kind = 'TOY'): DynamoDBRecord => {
  const { id, tenant, ...attributes } = toy('t1', `n${sequence}`, {
    event: requested('launch', `a${sequence}`),
  });
  const keys = { pk: `T#${tenant}#${kind}`, sk: id };
  return {
    eventName: 'INSERT',
    dynamodb: {
      SequenceNumber: String(sequence),
      ApproximateCreationDateTime: 1_767_225_600,
      Keys: toAttributes(keys) as never,
      NewImage: toAttributes({ ...attributes, ...keys }) as never,
    },
  };
};

const outbox = (refuse: { messages?: number[]; events?: number[] } = {}) => {
  const sent: OutgoingMessage[] = [];
  const published: LifecycleDetail[] = [];
  const lines: object[] = [];
  const unsent = (indexes: number[] = []) =>
    new Map(indexes.map((index) => [index, new Error(`refused ${index}`)]));
  const taking =
    <T>(kept: T[], refused: number[] | undefined) =>
    async (all: readonly T[]) => {
      kept.push(...all);
      return unsent(refused);
    };
  const handle = createOutbox({
    queues: { TOY: { send: taking(sent, refuse.messages) } },
    bus: { publish: taking(published, refuse.events) },
    clock: { now: () => 0 },
    log: { info: (_, fields) => lines.push(fields), error: (_, fields) => lines.push(fields) },
  });
  return { handle, sent, published, lines };
};

describe('the outbox', () => {
  it('sends the messages and events of a batch in its order', async () => {
    const { handle, sent, published } = outbox();
    const records = Array.from({ length: 25 }, (_, n) => inserted(n));
    expect(await handle(records)).toEqual({ batchItemFailures: [] });
    expect(sent.map(({ message }) => message.id)).toEqual(
      records.map(({ dynamodb }) => dynamodb?.Keys?.sk?.S),
    );
    expect(published.map(({ id }) => id)).toEqual(records.map((_, n) => `a${n}`));
    expect(published[0]?.at).toBeTypeOf('string');
  });

  it.each([
    ['a message is refused', { messages: [3] }, '3'],
    ['an event is refused', { events: [2, 4] }, '2'],
    ['both are', { messages: [4], events: [1] }, '1'],
  ])('gives back the first record of which %s', async (_, refuse, itemIdentifier) => {
    const { handle } = outbox(refuse);
    const records = Array.from({ length: 5 }, (_, n) => inserted(n));
    expect(await handle(records)).toEqual({ batchItemFailures: [{ itemIdentifier }] });
  });

  it.each([
    ['cannot be read', { ...inserted(2), dynamodb: { SequenceNumber: '2', Keys: {} } } as DynamoDBRecord],
    ['is of a kind without a queue', inserted(2, 'STRANGER')],
  ])('sends what comes before a record that %s, and gives that one back', async (_, poison) => {
    const { handle, sent } = outbox();
    const answer = await handle([inserted(0), inserted(1), poison, inserted(3)]);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
    expect(sent).toHaveLength(2);
  });
});
