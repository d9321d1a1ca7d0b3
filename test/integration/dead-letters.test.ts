import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Letter } from '../../scripts/ops/letter.ts';
import type { Overdue } from '../../scripts/ops/stuck.ts';
import { type RunningEngine, runEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { runOps } from '../support/operator.ts';

interface Listed {
  name: string;
  count: number;
  oldest?: string;
  hurt: string;
  redrive: string;
}

let engine: RunningEngine;
beforeAll(async () => {
  engine = await runEngine();
});
afterEach(() => engine.standIns.ec2.faults.clear());
afterAll(() => engine?.stop());

const prefix = 'the-cloud-local';
const arnOf = (queue: string) => `arn:aws:sqs:us-east-1:000000000000:${prefix}-${queue}`;
const depth = (queue: string) => {
  const { ready = 0, delayed = 0, inFlight = 0 } = engine.cloud.queues.depths()[`${prefix}-${queue}`] ?? {};
  return ready + delayed + inFlight;
};
const isEmpty = (queue: string) => eventually(`nothing is in ${queue}`, async () => depth(queue) === 0);
const bodiesOf = (queue: string) => engine.cloud.queues.bodies(`${prefix}-${queue}`);
const listed = async (name: string) => {
  const { data } = await runOps<Listed[]>(engine, 'dlq list');
  return data.find((one) => one.name === name);
};

describe('dead letters', () => {
  it('are listed, shown, kept till the cause is mended, and then redriven', async () => {
    // So that its tries take seconds and not minutes.
    engine.cloud.queues.ensure(`${prefix}-observe`, { VisibilityTimeout: '1' });
    engine.standIns.ec2.faults.add({ action: 'DescribeInstances', kind: 'before' });
    const body = JSON.stringify({ id: 'poison', source: 'thecloud', 'detail-type': 'InstanceAudit' });
    engine.cloud.queues.send(arnOf('observe'), body);
    await eventually('it is dead', async () => bodiesOf('observe-dead').includes(body), 60_000);
    await isEmpty('observe');
    const dead = depth('observe-dead');

    expect(await listed('observe')).toMatchObject({ count: dead, oldest: expect.any(String) });
    expect((await listed('observe'))?.hurt).toContain('instance changed by itself');
    expect(await listed('mail')).toMatchObject({ count: 0 });

    const shown = await runOps<Letter[]>(engine, 'dlq show observe');
    expect(shown).toMatchObject({ code: 0 });
    const letter = shown.data.find((one) => one.body === body);
    expect(letter).toMatchObject({
      about: expect.stringContaining('InstanceAudit'),
      sent_at: expect.any(String),
    });
    expect(letter?.why).toBeTruthy();
    expect(depth('observe-dead')).toBe(dead);

    const dry = await runOps(engine, 'dlq redrive observe --dry-run');
    expect(dry).toMatchObject({ code: 0, data: { done: dead, dry_run: true } });
    expect(depth('observe-dead')).toBe(dead);

    engine.standIns.ec2.faults.clear();
    const one = await runOps(engine, 'dlq redrive observe --max 1 --rate 100');
    expect(one).toMatchObject({ code: 0, data: { done: 1, failed: [] } });
    const rest = await runOps(engine, 'dlq redrive observe --rate 100');
    expect(rest).toMatchObject({ code: 0, data: { done: dead - 1, failed: [] } });
    await isEmpty('observe');
    expect(depth('observe-dead')).toBe(0);
    expect(await listed('observe')).toMatchObject({ count: 0 });
  });

  it('of a target that EventBridge could not reach go to that target', async () => {
    const event = { id: 'late', source: 'thecloud', 'detail-type': 'InstanceAudit' };
    engine.cloud.queues.send(arnOf('events-dead'), JSON.stringify(event), {
      TARGET_ARN: { DataType: 'String', StringValue: arnOf('observe') },
      ERROR_CODE: { DataType: 'String', StringValue: 'NO_PERMISSIONS' },
      ERROR_MESSAGE: { DataType: 'String', StringValue: 'the queue does not let EventBridge send' },
    });
    const { data } = await runOps<Letter[]>(engine, 'dlq show events');
    expect(data).toMatchObject([{ why: 'NO_PERMISSIONS: the queue does not let EventBridge send' }]);
    const redriven = await runOps(engine, 'dlq redrive events --rate 100');
    expect(redriven).toMatchObject({ code: 0, data: { done: 1, failed: [] } });
    await isEmpty('observe');
    expect([depth('events-dead'), depth('observe-dead')]).toEqual([0, 0]);
  });

  it('of a scheduled function are given to the function, and stay where it fails again', async () => {
    engine.standIns.ec2.faults.add({ action: 'DescribeVpcs', kind: 'before' });
    engine.cloud.queues.send(arnOf('capacity-dead'), '{}');
    const failed = await runOps(engine, 'dlq redrive capacity --rate 100');
    expect(failed).toMatchObject({ code: 1, data: { done: 0, failed: [{ error: expect.any(String) }] } });
    expect(depth('capacity-dead')).toBe(1);
    engine.standIns.ec2.faults.clear();
    const mended = await runOps(engine, 'dlq redrive capacity --rate 100');
    expect(mended).toMatchObject({ code: 0, data: { done: 1 } });
    expect(depth('capacity-dead')).toBe(0);
  });

  it('are thrown away only where the operator says so', async () => {
    engine.cloud.queues.send(arnOf('sweep-dead'), '{}');
    const asked = await runOps(engine, 'dlq purge sweep');
    expect(asked).toMatchObject({ code: 1, stderr: expect.stringContaining('--yes') });
    expect(depth('sweep-dead')).toBe(1);
    expect(await runOps(engine, 'dlq purge sweep --yes')).toMatchObject({ code: 0, data: { purged: 1 } });
    expect(depth('sweep-dead')).toBe(0);
  });

  it('of the table’s stream are whole records, which the reader takes again', async () => {
    const records = {
      Records: [
        {
          eventID: '1',
          eventName: 'INSERT',
          eventSource: 'aws:dynamodb',
          dynamodb: {
            ApproximateCreationDateTime: Date.now() / 1_000,
            Keys: { pk: { S: 'T#0199aaaa-0000-7000-8000-000000000001#MAIL' }, sk: { S: 'one' } },
            NewImage: { pk: { S: 'T#0199aaaa-0000-7000-8000-000000000001#MAIL' }, sk: { S: 'one' } },
            SequenceNumber: '1',
            StreamViewType: 'NEW_AND_OLD_IMAGES',
          },
        },
      ],
    };
    const failure = {
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 21 },
      DDBStreamBatchInfo: { approximateArrivalOfFirstRecord: '2026-01-01T00:00:00.000Z', batchSize: 1 },
      payload: JSON.stringify(records),
    };
    const { data: all } = await runOps<(Listed & { lies: string })[]>(engine, 'dlq list');
    const bucket = all.find(({ name }) => name === 'stream-outbox')?.lies ?? '';
    engine.cloud.queues.putObject(bucket, 'aws/lambda/local/one', JSON.stringify(failure));
    expect(await listed('stream-outbox')).toMatchObject({ count: 1 });
    const { data } = await runOps<Letter[]>(engine, 'dlq show stream-outbox');
    expect(data).toMatchObject([
      {
        about: 'INSERT MAIL one',
        tenant: '0199aaaa-0000-7000-8000-000000000001',
        why: 'RetryAttemptsExhausted',
      },
    ]);
    expect(await runOps(engine, 'dlq redrive stream-outbox')).toMatchObject({ code: 0, data: { done: 1 } });
    expect(await listed('stream-outbox')).toMatchObject({ count: 0 });
  });

  it.each([
    ['dlq show nothing', 1, 'there are no dead letters of nothing'],
    ['dlq redrive observe --max 0', 2, '--max is a whole number'],
    ['dlq', 2, 'npm run ops'],
    ['dlq bury observe', 2, 'npm run ops'],
  ])('answers “%s” with exit code %i', async (words, code, message) => {
    expect(await runOps(engine, words)).toMatchObject({ code, stderr: expect.stringContaining(message) });
  });
});

describe('what is overdue', () => {
  it('is named by the operator’s command, with what it waits for', async () => {
    expect(await runOps<Overdue[]>(engine, 'stuck')).toMatchObject({ code: 0, data: [] });
  });
});
