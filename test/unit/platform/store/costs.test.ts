import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../../lib/platform/ids.ts';
import { createStore } from '../../../../lib/platform/store/create-store.ts';
import type { ResourceStore } from '../../../../lib/platform/store/types.ts';
import { costOf, startTables, type TestTables } from '../../../support/tables.ts';
import { callerOf, idempotencyOf, requested, type Toy, toy, toyKind } from '../../../support/toy.ts';

/** Counted by dynoxide as AWS bills: DynamoDB Local bills a transaction several times over. */
describe('what DynamoDB is paid for', () => {
  let opened: TestTables;
  let toys: ResourceStore<Toy>;
  const usage = { toys: 1, units: 2 };

  beforeAll(async () => {
    opened = await startTables();
    toys = createStore(toyKind, { tables: opened.tables, limits: { toys: 10, units: 20 } });
  });
  afterAll(() => opened?.stop());

  it('costs 9 write units and one round trip to launch with an idempotency key, and 7 without', async () => {
    const tenant = newId();
    const launch = (key?: string) => {
      const made = toy(tenant, 'web-1', { zone: 'us-east-1a' });
      const caller = callerOf(tenant, key ? { idempotency: idempotencyOf(tenant, key) } : {});
      return costOf(opened, () => toys.create(caller, made, { usage, answer: made }));
    };
    // A tenant's very first makes the counter item, which the slim replica repeats once.
    expect(await launch()).toEqual({ requests: 1, readUnits: 0, writeUnits: 8 });
    expect(await launch('k')).toEqual({ requests: 1, readUnits: 0, writeUnits: 9 });
    expect(await launch()).toEqual({ requests: 1, readUnits: 0, writeUnits: 7 });
  });

  it('costs one request and one read unit to get by id', async () => {
    const tenant = newId();
    const made = await toys.create(callerOf(tenant), toy(tenant));
    expect(await costOf(opened, () => toys.get(tenant, made.id))).toEqual({
      requests: 1,
      readUnits: 1,
      writeUnits: 0,
    });
  });

  it.each([
    ['2 write units', undefined, 2],
    ['5 with an idempotency key', 'k', 5],
  ])('costs a change of intent one read and %s', async (_, key, writeUnits) => {
    const tenant = newId();
    const made = await toys.create(callerOf(tenant), toy(tenant));
    await toys.settle(made, { set: { observed_generation: 1, status: 'RUNNING' } });
    const caller = callerOf(tenant, key ? { idempotency: idempotencyOf(tenant, key) } : {});
    const stopped = { desired_status: 'STOPPED', event: requested('stop') };
    const cost = await costOf(opened, () =>
      toys.change(
        caller,
        made.id,
        () => ({ set: stopped, intent: true }),
        () => 'stopping',
      ),
    );
    expect(cost).toEqual({ requests: 2, readUnits: 1, writeUnits });
  });
});
