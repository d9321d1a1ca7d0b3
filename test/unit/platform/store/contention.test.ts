import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../../lib/platform/ids.ts';
import { createStore } from '../../../../lib/platform/store/create-store.ts';
import { counterKey } from '../../../../lib/platform/table/keys.ts';
import { type Fault, FaultInjector } from '../../../support/faults.ts';
import { localClient, startTables, type TestTables } from '../../../support/tables.ts';
import { callerOf, idempotencyOf, toy, toyKind } from '../../../support/toy.ts';

/** A repeatable source of numbers from 0 up to 1 (mulberry32). */
const seeded = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
};

describe('200 launches of one tenant at once, on a quota of 50', () => {
  let opened: TestTables;
  beforeAll(async () => {
    opened = await startTables();
  });
  afterAll(() => opened?.stop());

  it('makes exactly 50, whatever DynamoDB does meanwhile', async () => {
    const client = localClient(opened.url);
    const faults = new FaultInjector(client);
    const random = seeded(42);
    // Shares of all requests. 200 transactions on one item conflict 7 to 9 times each on AWS.
    const shares: [number, Fault][] = [
      [0.5, 'conflict'],
      [0.05, 'throttle'],
      [0.05, 'timeout-after-effect'],
      [0.03, 'timeout-before-effect'],
      [0.02, 'server-error'],
    ];
    const deck = shares.flatMap(([share, fault]) => Array.from({ length: share * 100 }, () => fault));
    faults.each(() => deck[Math.floor(random() * 100)]);
    const tables = opened.reopen({ client, budgetMilliseconds: 10_000 });
    const tenant = newId();
    const toys = createStore(toyKind, { tables, limits: { toys: 50 } });

    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => {
        const caller = callerOf(tenant, { idempotency: idempotencyOf(tenant, `key-${n}`) });
        return toys.create(caller, toy(tenant), { usage: { toys: 1 }, answer: { n } }).then(
          () => 'made',
          (error) => error.type ?? String(error),
        );
      }),
    );
    faults.clear();

    const counted = Object.groupBy(answers, (answer) => answer);
    expect(Object.keys(counted).sort()).toEqual(['RESOURCE_LIMIT_EXCEEDED', 'made']);
    expect(counted.made).toHaveLength(50);
    expect((await toys.list(tenant)).items).toHaveLength(50);
    expect(await opened.tables.get(counterKey(tenant, 'TOY'), { consistent: true })).toMatchObject({
      total: 50,
      used_toys: 50,
    });
    for (const [, fault] of shares) expect(faults.done[fault]).toBeGreaterThan(0);
    client.destroy();
  });
});
