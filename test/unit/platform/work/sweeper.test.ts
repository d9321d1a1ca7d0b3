import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../../../lib/platform/ids.ts';
import type { OutgoingMessage } from '../../../../lib/platform/lifecycle/ports.ts';
import { createStore } from '../../../../lib/platform/store/create-store.ts';
import { resourceKey } from '../../../../lib/platform/table/keys.ts';
import { createSweeper } from '../../../../lib/platform/work/sweeper.ts';
import { type DynamoDbServer, startDynoxide } from '../../../support/dynoxide.ts';
import { openTables, type TestTables } from '../../../support/tables.ts';
import { callerOf, type Toy, toy, toyKind } from '../../../support/toy.ts';

describe('the sweeper', () => {
  let server: DynamoDbServer;
  let opened: TestTables;
  beforeAll(async () => {
    server = await startDynoxide();
  });
  beforeEach(async () => {
    opened = await openTables(server);
  });
  afterAll(() => server?.stop());

  const world = (maxPerRun?: number, more: Partial<Parameters<typeof createSweeper>[0]> = {}) => {
    const time = { now: Date.now() };
    const clock = { now: () => time.now };
    const sent: OutgoingMessage[] = [];
    const stuck: number[] = [];
    const sweep = createSweeper({
      tables: opened.tables,
      queues: {
        TOY: {
          send: async (all) => {
            sent.push(...all);
            return new Map();
          },
        },
      },
      clock,
      log: { info: () => undefined, error: () => undefined },
      maxPerRun,
      ...more,
      measure: (found) => {
        stuck.push(found.stuck);
        return {};
      },
    });
    const toys = createStore(toyKind, { tables: opened.tables, clock });
    const tenant = newId();
    const launch = (more: Partial<Toy> = {}) => toys.create(callerOf(tenant), toy(tenant, 'toy', more));
    return { time, sent, stuck, sweep, toys, tenant, launch };
  };
  const ids = (sent: OutgoingMessage[]) => sent.map(({ message }) => message.id);

  it('has what did not move looked at again, once its grace is over, and then every two minutes', async () => {
    const { time, sent, sweep, launch } = world();
    const made = await launch();
    expect(await sweep()).toBe(0);
    time.now += 30_001;
    expect(await sweep()).toBe(1);
    expect(sent[0]?.message).toMatchObject({ kind: 'TOY', tenant: made.tenant, id: made.id, generation: 1 });
    time.now += 60_000;
    expect(await sweep()).toBe(0);
    time.now += 100_000;
    expect(await sweep()).toBe(1);
    expect(new Set(sent.map(({ message }) => message.event_id)).size).toBe(2);
  });

  it('as a ticker visits its own kinds alone, sooner, and each again after three ticks', async () => {
    const own = { graceMilliseconds: 5_000, claimMilliseconds: 30_000 };
    const { time, sent, sweep, launch } = world(undefined, { ...own, kinds: ['TOY'] });
    const made = await launch();
    time.now += 5_001;
    expect(await sweep()).toBe(1);
    time.now += 30_000;
    expect(await sweep()).toBe(0);
    time.now += 5_001;
    expect(await sweep()).toBe(1);
    expect(ids(sent)).toEqual([made.id, made.id]);
    const others = world(undefined, { ...own, kinds: ['CAT'] });
    await others.launch();
    others.time.now += 60_000;
    expect(await others.sweep()).toBe(0);
  });

  it('leaves alone what has converged, what is gone, and what waits for later', async () => {
    const { time, sent, sweep, launch, toys } = world();
    const [converged, gone, later] = [await launch(), await launch(), await launch()];
    await toys.settle(converged, { set: { observed_generation: 1 } });
    await toys.forget(gone, {});
    await toys.settle(later, { set: { next_attempt_at: new Date(time.now + 600_000).toISOString() } });
    time.now += 100_000;
    expect(await sweep()).toBe(0);
    time.now += 600_000;
    await sweep();
    expect(ids(sent)).toEqual([later.id]);
  });

  it('tells of what nothing has come of for a quarter of an hour since it was due, and of nothing else', async () => {
    const { time, stuck, sweep, launch, toys } = world();
    const [first, waits, converged] = [await launch(), await launch(), await launch()];
    await toys.settle(converged, { set: { observed_generation: 1 } });
    const put = { set: { next_attempt_at: new Date(time.now + 3_600_000).toISOString() } };
    await toys.settle(waits, put);
    time.now += 600_000;
    await sweep();
    time.now += 600_000;
    await sweep();
    // The other one is due only now, however long ago it was written.
    time.now += 2_460_000;
    await sweep();
    expect(stuck).toEqual([0, 1, 1]);
    const record = await toys.get(first.tenant, first.id);
    await toys.settle(record, { set: { observed_generation: 1 } });
    time.now += 900_000;
    await sweep();
    expect(stuck.at(-1)).toBe(1);
  });

  it('does not touch the version, so it is in no worker’s way', async () => {
    const { time, sweep, launch, toys } = world();
    const made = await launch();
    time.now += 100_000;
    await sweep();
    expect(await toys.settle(made, { set: { observed_generation: 1 } })).toBeDefined();
    const item = await opened.tables.get(resourceKey(made.tenant, 'TOY', made.id), { consistent: true });
    expect(item).not.toHaveProperty('wpk');
  });

  it('takes the oldest of all shards first, and no more than it may', async () => {
    const { time, sent, sweep, launch } = world(5);
    const made: Toy[] = [];
    for (let n = 0; n < 12; n++) {
      made.push(await launch());
      time.now += 10;
    }
    time.now += 100_000;
    expect(await sweep()).toBe(5);
    expect(ids(sent)).toEqual(made.slice(0, 5).map(({ id }) => id));
    await sweep();
    await sweep();
    expect(ids(sent)).toEqual(made.map(({ id }) => id));
  });

  it('goes on past one that it cannot send', async () => {
    const { time, sent, sweep, launch, tenant } = world();
    const key = { pk: `T#${tenant}#STRANGER`, sk: newId() };
    await opened.tables.write({
      put: {
        ...key,
        generation: 1,
        observed_generation: 0,
        wpk: 'W#0',
        wsk: `2020-01-01T00:00:00.000Z#${key.pk}#${key.sk}`,
      },
    });
    const made = await launch();
    time.now += 100_000;
    expect(await sweep()).toBe(1);
    expect(ids(sent)).toEqual([made.id]);
  });

  it('sends each but once where two sweep at the same time', async () => {
    const { time, sent, sweep, launch } = world();
    await Promise.all(Array.from({ length: 10 }, () => launch()));
    time.now += 100_000;
    await Promise.all([sweep(), sweep()]);
    expect(new Set(ids(sent)).size).toBe(10);
    expect(sent).toHaveLength(10);
  });
});
