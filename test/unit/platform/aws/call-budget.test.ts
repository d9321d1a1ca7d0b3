import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCallBudget } from '../../../../lib/platform/aws/call-budget.ts';
import { VirtualTimers } from '../../../../local/clock.ts';
import { costOf, startTables, type TestTables } from '../../../support/tables.ts';

let database: TestTables;

beforeAll(async () => {
  database = await startTables();
});
afterAll(() => database?.stop());

const signal = new AbortController().signal;

const open = (
  budget: { ratePerSecond: number; burst: number },
  { clock = new VirtualTimers(), name = randomUUID(), part = 1, budgets = {} } = {},
) => ({
  clock,
  name,
  take: createCallBudget({
    tables: database.tables,
    clock,
    budgets: { RunInstances: budget, ...budgets },
    share: { name, part },
  }).take,
});

/** Calls that are let through out of `count` at once. */
const through = async (take: (action: string, signal: AbortSignal) => Promise<void>, count: number) => {
  const results = await Promise.allSettled(Array.from({ length: count }, () => take('RunInstances', signal)));
  for (const result of results) {
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ failure: 'throttled' });
  }
  return results.filter(({ status }) => status === 'fulfilled').length;
};

describe('a call budget', () => {
  it('lets its burst through, then what the rate refills', async () => {
    const { take, clock } = open({ ratePerSecond: 2, burst: 5 });
    expect(await through(take, 8)).toBe(5);
    expect(await through(take, 1)).toBe(0);
    clock.advance(500);
    expect(await through(take, 3)).toBe(1);
    clock.advance(60_000);
    expect(await through(take, 8)).toBe(5);
  });

  it('is one for all workers', async () => {
    const first = open({ ratePerSecond: 2, burst: 5 });
    const workers = [first.take, ...[0, 1, 2].map(() => open({ ratePerSecond: 2, burst: 5 }, first).take)];
    const counts = await Promise.all(workers.map((take) => through(take, 5)));
    expect(counts.reduce((sum, count) => sum + count)).toBe(5);
  });

  it('never lets more through in any time than burst and rate allow, also in lots', async () => {
    const first = open({ ratePerSecond: 20, burst: 100 });
    const workers = [first.take, ...[0, 1, 2].map(() => open({ ratePerSecond: 20, burst: 100 }, first).take)];
    let total = 0;
    for (let seconds = 0; seconds < 5; seconds++) {
      for (const take of workers) total += await through(take, 60);
      first.clock.advance(1_000);
    }
    expect(total).toBeLessThanOrEqual(100 + 4 * 20);
    expect(total).toBeGreaterThanOrEqual(100 + 4 * 20 - 4 * 10);
  });

  it('costs a write for every tenth of the burst only', async () => {
    const { take } = open({ ratePerSecond: 200, burst: 1_000 });
    const { requests } = await costOf(database, () => through(take, 300));
    expect(requests).toBeLessThanOrEqual(4);
  });

  it('is not held by workers that make a call each', async () => {
    const first = open({ ratePerSecond: 20, burst: 100 });
    let total = 0;
    for (let worker = 0; worker < 110; worker++)
      total += await through(open({ ratePerSecond: 20, burst: 100 }, first).take, 1);
    expect(total).toBe(100);
  });

  it('counts what a call makes, where that has a budget of its own', async () => {
    const name = randomUUID();
    const { take, clock } = open(
      { ratePerSecond: 2, burst: 5 },
      { name, budgets: { Things: { ratePerSecond: 2, burst: 100 } } },
    );
    for (let calls = 0; calls < 2; calls++) await take('Things', signal, 45);
    await expect(take('Things', signal, 45)).rejects.toMatchObject({ failure: 'throttled' });
    clock.advance(25_000);
    await take('Things', signal, 45);
    // More than there ever is at once goes when the bucket is full.
    clock.advance(60_000);
    await take('Things', signal, 1_000);
    // Without a budget nothing limits them: they are no calls.
    for (let calls = 0; calls < 100; calls++) await take('OtherThings', signal, 45);
    expect(await through(take, 8)).toBe(5);
  });

  it('does not keep what it took ahead', async () => {
    const { take, clock } = open({ ratePerSecond: 200, burst: 1_000 });
    await through(take, 1);
    clock.advance(2_000);
    expect((await costOf(database, () => through(take, 1))).requests).toBeGreaterThan(0);
  });

  it('belongs to one share alone', async () => {
    const control = open({ ratePerSecond: 2, burst: 5 }, { part: 0.8 });
    const telemetry = open({ ratePerSecond: 2, burst: 5 }, { part: 0.2, clock: control.clock });
    expect([await through(control.take, 9), await through(telemetry.take, 9)]).toEqual([4, 1]);
  });

  it('is by class where an action has none of its own, and absent where its class has none', async () => {
    const { take } = open(
      { ratePerSecond: 1, burst: 1 },
      { budgets: { Describe: { ratePerSecond: 1, burst: 1 } } },
    );
    await take('DescribeInstances', signal);
    await expect(take('DescribeImages', signal)).rejects.toMatchObject({ failure: 'throttled' });
    await take('RunInstances', signal);
    for (let i = 0; i < 5; i++) await take('StopInstances', signal);
  });
});
