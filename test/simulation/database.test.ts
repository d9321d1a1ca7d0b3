import { type DynamoDBClient, TransactionInProgressException } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTables } from '../../lib/platform/table/tables.ts';
import type { Condition, Query, Tables, Write } from '../../lib/platform/table/types.ts';
import { startTables, type TestTables } from '../support/tables.ts';
import { Database } from './table/database.ts';
import { tableNames } from './table/schema.ts';

/** The simulator's table behind the platform's own tables; what is sent is answered at once. */
const inMemory = (): Tables => {
  const database = new Database({
    now: () => Date.now(),
    lag: () => 0,
    pageSize: () => Number.POSITIVE_INFINITY,
    written: () => undefined,
  });
  const send = async (command: { constructor: { name: string }; input: object }) =>
    command.constructor.name === 'TransactWriteItemsCommand'
      ? database.begin(command.input as never)()
      : database.perform(command.constructor.name, command.input);
  return createTables({ client: { send } as unknown as DynamoDBClient, ...tableNames });
};

const names = { '#n': 'n', '#s': 's', '#l': 'l', '#m': 'm', '#in': 'in' };
const pick = (...wanted: (keyof typeof names)[]) =>
  Object.fromEntries(wanted.map((name) => [name, names[name]]));

const conditions: readonly Condition[] = [
  { expression: 'attribute_not_exists(pk)' },
  { expression: 'attribute_exists(#n)', names: pick('#n') },
  { expression: '#n = :two', names: pick('#n'), values: { ':two': 2 } },
  { expression: '#n <> :two', names: pick('#n'), values: { ':two': 2 } },
  { expression: '#n <= :two OR attribute_not_exists(#s)', names: pick('#n', '#s'), values: { ':two': 2 } },
  { expression: '#n BETWEEN :one AND :two', names: pick('#n'), values: { ':one': 1, ':two': 2 } },
  { expression: '#s IN (:a, :b)', names: pick('#s'), values: { ':a': 'a', ':b': 'b' } },
  { expression: 'NOT (#n > :two AND #s = :a)', names: pick('#n', '#s'), values: { ':two': 2, ':a': 'a' } },
  { expression: 'begins_with(#s, :a)', names: pick('#s'), values: { ':a': 'a' } },
  { expression: 'contains(#l, :a)', names: pick('#l'), values: { ':a': 'a' } },
  { expression: 'size(#l) > :one', names: pick('#l'), values: { ':one': 1 } },
  { expression: 'attribute_type(#s, :kind)', names: pick('#s'), values: { ':kind': 'S' } },
  { expression: '#m.#in = :two', names: pick('#m', '#in'), values: { ':two': 2 } },
  { expression: '#n < #m.#in', names: pick('#n', '#m', '#in') },
];

const attributes = fc.record(
  {
    n: fc.integer({ min: 0, max: 3 }),
    s: fc.constantFrom('a', 'ab', 'b'),
    l: fc.array(fc.constantFrom('a', 'b'), { maxLength: 3 }),
    m: fc.record({ in: fc.integer({ min: 1, max: 3 }) }),
    wpk: fc.constantFrom('W#0', 'W#1'),
    wsk: fc.constantFrom('1', '2', '3'),
  },
  { requiredKeys: [] },
);

const key = fc.record({
  pk: fc.constantFrom('p', 'q'),
  sk: fc.constantFrom('1', '2', '3', '4'),
  table: fc.constantFrom('record' as const, 'ephemeral' as const),
});

const when = fc.option(fc.constantFrom(...conditions), { nil: undefined });

const write: fc.Arbitrary<Write> = fc.oneof(
  fc.record({ key, attributes, when }).map(
    ({ key: at, attributes: item, when: condition }): Write => ({
      put: { ...item, ...at },
      when: condition,
    }),
  ),
  fc
    .record({
      key,
      set: attributes,
      n: fc.integer({ min: -2, max: 2 }),
      remove: fc.subarray(['l', 'm']),
      when,
    })
    .map(
      ({ key: at, set: { n: _, l: __, m: ___, ...set }, n, remove, when: condition }): Write => ({
        update: at,
        set: { ...set, touched: true },
        add: { n },
        remove,
        when: condition,
      }),
    ),
  fc.record({ key, when }).map(({ key: at, when: condition }): Write => ({ delete: at, when: condition })),
  fc.record({ key, when }).map(({ key: at, when: condition }): Write => ({ check: at, when: condition })),
);

const query: fc.Arbitrary<Omit<Query, 'partition'> & { partition: string }> = fc.record(
  {
    partition: fc.constantFrom('p', 'q'),
    sort: fc.constantFrom(
      { beginsWith: '2' },
      { before: '3' },
      { after: '1' },
      { between: ['2', '3'] as const },
    ),
    descending: fc.boolean(),
    limit: fc.integer({ min: 1, max: 3 }),
    filter: fc.constantFrom(conditions[2] as Condition, conditions[6] as Condition),
  },
  { requiredKeys: ['partition'] },
);

type Step = { write: Write } | { transact: Write[] } | { query: Query } | { work: string };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: write.map((one) => ({ write: one })) },
  { weight: 3, arbitrary: fc.array(write, { minLength: 1, maxLength: 3 }).map((all) => ({ transact: all })) },
  { weight: 2, arbitrary: query.map((one) => ({ query: { ...one, consistent: true } })) },
  { weight: 1, arbitrary: fc.constantFrom({ work: 'W#0' }, { work: 'W#1' }) },
);

/** Keys of one run, so that runs over one table do not meet. */
const within = (run: string, value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((one) => within(run, one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      name === 'pk' || name === 'partition' || name === 'wpk' || name === 'work'
        ? `${run}${one}`
        : within(run, one),
    ]),
  );
};

const collect = async (items: AsyncGenerator<unknown>): Promise<unknown[]> => {
  const all: unknown[] = [];
  for await (const item of items) all.push(item);
  return all;
};

const perform = async (tables: Tables, one: Step): Promise<unknown> => {
  try {
    if ('write' in one) return (await tables.write(one.write)) ?? 'done';
    if ('transact' in one) return (await tables.transact(one.transact)) ?? 'done';
    if ('query' in one) return await collect(tables.query(one.query));
    return await collect(tables.query({ index: 'work', partition: one.work }));
  } catch (error) {
    return `✗ ${(error as Error).name} ${(error as { type?: string }).type ?? ''}`;
  }
};

describe("the simulator's table", () => {
  let real: TestTables;
  let runs = 0;
  beforeAll(async () => {
    real = await startTables();
  });
  afterAll(() => real?.stop());

  it('answers every sequence of requests as a real server does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 15 }), async (steps) => {
        const run = `${++runs}/`;
        const memory = inMemory();
        for (const one of steps.map((each) => within(run, each) as Step))
          expect({ one, answer: await perform(memory, one) }).toEqual({
            one,
            answer: await perform(real.tables, one),
          });
        for (const table of ['record', 'ephemeral'] as const)
          for (const partition of [`${run}p`, `${run}q`]) {
            const all = { table, partition, consistent: true };
            expect(await collect(memory.query(all))).toEqual(await collect(real.tables.query(all)));
          }
      }),
      { numRuns: 150 },
    );
  });

  it('lets a transaction conflict with whatever else writes its items, until it is over', () => {
    const database = new Database({
      now: () => 0,
      lag: () => 0,
      pageSize: () => 10,
      written: () => undefined,
    });
    const put = { TableName: 'record', Item: { pk: { S: 'p' }, sk: { S: '1' } } };
    const commit = database.begin({ TransactItems: [{ Put: put }] });
    expect(() => database.begin({ TransactItems: [{ Put: put }] })).toThrow('TransactionConflict');
    expect(() => database.perform('PutItemCommand', put)).toThrow('ongoing');
    commit();
    expect(database.perform('PutItemCommand', put)).toEqual({});
  });

  it('has a transaction that is sent again under its token done once', () => {
    const database = new Database({
      now: () => 0,
      lag: () => 0,
      pageSize: () => 10,
      written: () => undefined,
    });
    const Key = { pk: { S: 'p' }, sk: { S: '1' } };
    const Update = {
      TableName: 'record',
      Key,
      UpdateExpression: 'ADD #n :one',
      ExpressionAttributeNames: { '#n': 'n' },
      ExpressionAttributeValues: { ':one': { N: '1' } },
    };
    const transaction = { TransactItems: [{ Update }], ClientRequestToken: 'token' };
    const commit = database.begin(transaction);
    expect(() => database.begin(transaction)).toThrow(TransactionInProgressException);
    commit();
    database.begin(transaction)();
    expect(database.get('record', 'p', '1')?.n).toEqual({ N: '1' });
  });

  it('adds once, also where the first try arrives after the second', async () => {
    const database = new Database({
      now: () => 0,
      lag: () => 0,
      pageSize: () => 10,
      written: () => undefined,
    });
    const late: (() => void)[] = [];
    let tries = 0;
    const send = async (command: { constructor: { name: string }; input: object }) => {
      const arrive = () => database.perform(command.constructor.name, command.input);
      if (tries++ > 0) return arrive();
      late.push(arrive);
      throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
    };
    const tables = createTables({ client: { send } as unknown as DynamoDBClient, ...tableNames });
    await tables.write({ update: { pk: 'p', sk: '1' }, add: { n: 1 } });
    for (const arrive of late) expect(arrive).toThrow('conditional');
    expect(database.get('record', 'p', '1')?.n).toEqual({ N: '1' });
  });
});
