import type { DynamoDBRecord } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../../lib/platform/ids.ts';
import { completed } from '../../../../lib/platform/lifecycle/events.ts';
import { createStore } from '../../../../lib/platform/store/create-store.ts';
import { createTotalsConsumer } from '../../../../lib/platform/totals/consumer.ts';
import { exposition } from '../../../../lib/platform/totals/exposition.ts';
import { readTotals } from '../../../../lib/platform/totals/read-totals.ts';
import { operationsOf, populationOf } from '../../../../lib/platform/totals/stream-total.ts';
import { type DynamoDbServer, startDynoxide } from '../../../support/dynoxide.ts';
import { FaultInjector } from '../../../support/faults.ts';
import { readExposition, valuesOf } from '../../../support/prometheus.ts';
import { TableStream } from '../../../support/table-stream.ts';
import { localClient, openTables, type TestTables } from '../../../support/tables.ts';
import { callerOf, requested, type Toy, toy, toyKind } from '../../../support/toy.ts';

let server: DynamoDbServer;
beforeAll(async () => {
  server = await startDynoxide();
});
afterAll(() => server.stop());

const clock = { now: () => Date.now() };
const totals = [
  populationOf({
    kind: 'TOY',
    name: 'toys_total',
    help: 'Toys.',
    labels: ['status', 'backend'],
    seriesOf: ({ status }) => [String(status), 'box'],
  }),
  operationsOf({ kind: 'TOY', name: 'toy_operations_total', help: 'Operations.' }),
  populationOf({ kind: 'LABEL', name: 'labels', help: 'Labels.', labels: [], seriesOf: () => [] }),
];

/** A seeded source of numbers from 0 up to 1. */
const numbers = (seed: number) => () => {
  seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32;
  return seed / 2 ** 32;
};

const world = async () => {
  const opened = await openTables(server);
  const { tables } = opened;
  const stream = await TableStream.open(opened.url, opened.client, opened.names.record);
  const lines: Record<string, unknown>[] = [];
  const log = {
    info: (_: string, fields: Record<string, unknown>) => void lines.push(fields),
    error: (_: string, fields: Record<string, unknown>) => void lines.push(fields),
  };
  const consumer = (over: Pick<TestTables, 'tables'> = opened, random = Math.random) =>
    createTotalsConsumer({ tables: over.tables, clock, totals, log, random });
  const shown = async () => {
    const families = await readTotals(tables, totals);
    return readExposition(`${exposition(families)}# HELP end .\n# TYPE end gauge\n`);
  };
  const toys = createStore<Toy>(toyKind, { tables, limits: { toys: 1_000 } });
  return { opened, tables, stream, lines, consumer, shown, toys };
};
type World = Awaited<ReturnType<typeof world>>;

/** Everything in the stream, which other tests' tables are no part of. */
const readAll = async ({ stream }: World): Promise<DynamoDBRecord[]> => {
  const all: DynamoDBRecord[] = [];
  for (let found = await stream.read(); found.length > 0; found = await stream.read()) all.push(...found);
  return all;
};

const launch = ({ toys }: World, tenant: string) =>
  toys.create(callerOf(tenant), toy(tenant, 'toy', { event: requested('launch') }), { usage: { toys: 1 } });

/** What the reconciler would write at the end of an action. */
const settle = async (
  { toys }: World,
  { tenant, id }: Toy,
  status: string,
  phase: 'succeeded' | 'failed',
) => {
  const record = (await toys.find(tenant, id, { tombstones: true })) as Toy;
  const event = record.event && completed(record.event, phase, record.updated_at);
  await toys.settle(record, { set: { status, event, observed_generation: record.generation } });
};

const terminate = ({ toys }: World, { tenant, id }: Toy) =>
  toys.remove(callerOf(tenant), id, () => ({ set: { event: requested('terminate') } }), undefined);

const forget = async ({ toys }: World, { tenant, id }: Toy) =>
  toys.forget((await toys.find(tenant, id, { tombstones: true })) as Toy, { toys: 1 });

describe('the totals of a life', () => {
  it('follow it from launch to the end, tombstone and all', async () => {
    const here = await world();
    const count = here.consumer();
    const states: unknown[] = [];
    const take = async () => {
      await count(await readAll(here));
      states.push(valuesOf(await here.shown(), 'thecloud_toys_total'));
    };
    const made = await launch(here, newId());
    await take();
    await settle(here, made, 'RUNNING', 'succeeded');
    await take();
    await terminate(here, made);
    await take();
    await forget(here, made);
    await take();
    expect(states).toEqual([
      { 'STARTING box': 1 },
      { 'STARTING box': 0, 'RUNNING box': 1 },
      { 'STARTING box': 0, 'RUNNING box': 0 },
      { 'STARTING box': 0, 'RUNNING box': 0 },
    ]);
    const families = await here.shown();
    expect(valuesOf(families, 'thecloud_toy_operations_total')).toEqual({
      'launch requested': 1,
      'launch succeeded': 1,
      'terminate requested': 1,
      'terminate succeeded': 1,
    });
    expect(families.get('thecloud_toys_total')?.type).toBe('gauge');
    expect(families.get('thecloud_toy_operations_total')?.type).toBe('counter');
    expect(families.has('thecloud_labels'), 'nothing is known of it').toBe(false);
    here.stream.close();
  });

  it('wake nobody again: what the totals write moves no total', async () => {
    const here = await world();
    await launch(here, newId());
    const first = await here.consumer()(await readAll(here));
    expect(first).toEqual({ batchItemFailures: [] });
    const own = await readAll(here);
    expect(own.length).toBeGreaterThan(0);
    await here.consumer()(own);
    expect(here.lines.at(-1)).toEqual({ records: own.length, counted: 0, repeated: 0 });
    here.stream.close();
  });
});

/** What the totals must be, from the records themselves. */
const recount = async ({ tables }: World, tenants: readonly string[]): Promise<Record<string, number>> => {
  const found: Record<string, number> = {};
  for (const tenant of tenants)
    for await (const item of tables.query({ partition: `T#${tenant}#TOY`, consistent: true }))
      if (!item.deleted_at) found[`${item.status} box`] = (found[`${item.status} box`] ?? 0) + 1;
  return found;
};

const withoutZeros = (values: Record<string, number>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== 0));

/** A few tenants whose toys come, change and go. */
const history = async (here: World, random: () => number, lives: number): Promise<string[]> => {
  const tenants = Array.from({ length: 4 }, () => newId());
  for (let life = 0; life < lives; life++) {
    const made = await launch(here, tenants[Math.floor(random() * 4)] as string);
    const fails = random() < 0.2;
    await settle(here, made, fails ? 'ERROR' : 'RUNNING', fails ? 'failed' : 'succeeded');
    if (random() < 0.5) await terminate(here, made);
    else continue;
    if (random() < 0.5) await forget(here, made);
  }
  return tenants;
};

const shuffled = <T>(list: readonly T[], random: () => number): T[] =>
  list
    .map((one) => [random(), one] as const)
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one);

/** Cuts at random places. */
const cut = <T>(list: readonly T[], random: () => number): T[][] => {
  const parts: T[][] = [];
  for (let from = 0; from < list.length; ) {
    const size = 1 + Math.floor(random() * 40);
    parts.push(list.slice(from, from + size));
    from += size;
  }
  return parts;
};

describe('a stream that delivers at least once', () => {
  it.each([1, 2, 3])('is counted exactly, out of order and cut anew each time (seed %i)', async (seed) => {
    const here = await world();
    const random = numbers(seed);
    const tenants = await history(here, random, 25);
    const records = await readAll(here);
    const deliveries = [
      ...cut(records, random),
      ...cut(shuffled(records, random), random),
      ...cut([...records].reverse(), random),
    ];
    // A new consumer each time: nothing is known from one invocation to the next.
    for (const batch of shuffled(deliveries, random))
      expect(await here.consumer(here.opened, random)(batch)).toEqual({ batchItemFailures: [] });
    const families = await here.shown();
    expect(withoutZeros(valuesOf(families, 'thecloud_toys_total'))).toEqual(await recount(here, tenants));
    expect(valuesOf(families, 'thecloud_toy_operations_total')['launch requested']).toBe(25);
    here.stream.close();
  });

  it('is counted exactly where invocations die before and after their effect', async () => {
    const here = await world();
    const random = numbers(7);
    const tenants = await history(here, random, 20);
    const records = await readAll(here);
    const client = localClient(here.opened.url);
    const faults = new FaultInjector(client);
    faults.each(() => {
      const kind = random();
      if (kind < 0.25) return 'timeout-after-effect';
      return kind < 0.5 ? 'timeout-before-effect' : undefined;
    });
    // No second try within an invocation: whatever fails is Lambda's to deliver again.
    const frail = { tables: here.opened.reopen({ client, maxAttempts: 1 }) };
    let died = 0;
    for (const batch of cut(records, random))
      for (let parts = [batch]; parts.length > 0; ) {
        const part = parts.shift() as DynamoDBRecord[];
        try {
          await here.consumer(frail, random)(part);
        } catch {
          died += 1;
          const half = Math.ceil(part.length / 2);
          parts = part.length > 1 ? [part.slice(0, half), part.slice(half), ...parts] : [part, ...parts];
        }
      }
    expect(died).toBeGreaterThan(5);
    expect(faults.done['timeout-after-effect']).toBeGreaterThan(2);
    expect(withoutZeros(valuesOf(await here.shown(), 'thecloud_toys_total'))).toEqual(
      await recount(here, tenants),
    );
    here.stream.close();
    client.destroy();
  });

  it('is counted exactly by several at once', async () => {
    const here = await world();
    const random = numbers(11);
    const tenants = await history(here, random, 15);
    const records = await readAll(here);
    const attempts = await Promise.allSettled(
      Array.from({ length: 6 }, () => here.consumer(here.opened, random)(records)),
    );
    expect(attempts.some(({ status }) => status === 'fulfilled')).toBe(true);
    await here.consumer()(records);
    expect(withoutZeros(valuesOf(await here.shown(), 'thecloud_toys_total'))).toEqual(
      await recount(here, tenants),
    );
    here.stream.close();
  });

  it('counts up to the first record that can’t be read, and gives the rest back', async () => {
    const here = await world();
    const tenant = newId();
    for (let n = 0; n < 3; n++) await launch(here, tenant);
    const records = await readAll(here);
    const [last] = records.splice(-1) as [DynamoDBRecord];
    const broken = {
      ...last,
      eventID: 'broken',
      dynamodb: { SequenceNumber: last.dynamodb?.SequenceNumber },
    };
    const answer = await here.consumer()([...records, broken, last] as DynamoDBRecord[]);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: last.dynamodb?.SequenceNumber }] });
    expect(here.lines.at(-1)).toMatchObject({ sequence_number: last.dynamodb?.SequenceNumber });
    await here.consumer()([...records, last]);
    expect(valuesOf(await here.shown(), 'thecloud_toys_total')).toEqual({ 'STARTING box': 3 });
    here.stream.close();
  });

  it('takes one read and one transaction for a batch, and nothing for one that moves nothing', async () => {
    const here = await world();
    const tenant = newId();
    for (let n = 0; n < 10; n++) await launch(here, tenant);
    const records = await readAll(here);
    here.opened.consumed.length = 0;
    await here.consumer()(records);
    expect(here.opened.consumed.map(({ operation }) => operation)).toEqual([
      'BatchGetItem',
      'TransactWriteItems',
    ]);
    // Each record leaves its id, and two totals move.
    expect(here.opened.consumed.reduce((sum, { writeUnits }) => sum + writeUnits, 0)).toBeLessThanOrEqual(
      10 * 2 + 2 * (2 + 1),
    );
    here.opened.consumed.length = 0;
    await here.consumer()(records.filter(({ dynamodb }) => !dynamodb?.Keys?.pk?.S?.endsWith('#TOY')));
    expect(here.opened.consumed).toEqual([]);
    here.stream.close();
  });
});

describe('totals that can’t be kept', () => {
  it('are refused at the start: more than a transaction holds', () => {
    const many = Array.from({ length: 21 }, (_, n) =>
      operationsOf({ kind: 'TOY', name: `t${n}`, help: '.' }),
    );
    const parts = { tables: {} as never, clock, log: { info: () => {}, error: () => {} } };
    expect(() => createTotalsConsumer({ ...parts, totals: many })).toThrow('too many');
  });
});
