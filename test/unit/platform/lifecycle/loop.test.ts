import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../../lib/platform/ids.ts';
import { createOutbox } from '../../../../lib/platform/lifecycle/outbox.ts';
import type { OutgoingMessage } from '../../../../lib/platform/lifecycle/ports.ts';
import { createReconciler } from '../../../../lib/platform/lifecycle/reconciler.ts';
import { createStore } from '../../../../lib/platform/store/create-store.ts';
import { counterKey } from '../../../../lib/platform/table/keys.ts';
import { createActions } from '../../../../lib/services/actions/service.ts';
import { TableStream } from '../../../support/table-stream.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { callerOf, requested, type Toy, toy, toyKind } from '../../../support/toy.ts';
import { ToyCloud, type ToyFault, toyController } from '../../../support/toy-cloud.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe('table, stream, outbox, queue, reconciler and history together', () => {
  let opened: TestTables;
  beforeAll(async () => {
    opened = await startTables();
  });
  afterAll(() => opened?.stop());

  const world = async () => {
    const time = { now: Date.now() };
    const clock = { now: () => time.now };
    const cloud = new ToyCloud();
    const toys = createStore(toyKind, { tables: opened.tables, clock });
    const actions = createActions({ tables: opened.tables });
    const stream = await TableStream.open(opened.url, opened.client, opened.names.record);
    const queue: (OutgoingMessage & { due: number })[] = [];
    const outbox = createOutbox({
      queues: {
        TOY: {
          send: async (all) => {
            queue.push(...all.map((one) => ({ ...one, due: time.now + one.delaySeconds * 1000 })));
            return new Map();
          },
        },
      },
      bus: {
        publish: async (details) => {
          // The bus delivers more than once, and in no order.
          for (const detail of [...details, ...details].reverse()) await actions.record(detail);
          return new Map();
        },
      },
      clock,
      log: silent,
    });
    const reconciler = createReconciler({
      kinds: [{ controller: toyController(cloud), store: toys }],
      tables: opened.tables,
      clock,
      log: silent,
      sleep: async () => undefined,
    });

    /** Lets everything come to rest; each message is delivered twice. @returns the number of messages it took */
    const settle = async (): Promise<number> => {
      let delivered = 0;
      for (;;) {
        await outbox(await stream.read());
        if (queue.length === 0) return delivered;
        queue.sort((a, b) => a.due - b.due);
        const batch = queue.splice(0, 5);
        time.now = Math.max(time.now, ...batch.map(({ due }) => due));
        const messages = batch.map(({ message }) => message);
        delivered += messages.length;
        expect(delivered).toBeLessThan(500);
        const budget = { signal: new AbortController().signal, deadline: time.now + 15_000 };
        for (const result of [
          ...(await reconciler.handle(messages, budget)),
          ...(await reconciler.handle(messages, budget)),
        ])
          expect(result).not.toHaveProperty('error');
      }
    };
    await stream.read();
    const tenant = newId();
    const launch = () =>
      toys.create(callerOf(tenant), toy(tenant, 'toy', { event: requested('launch') }), {
        usage: { toys: 1 },
      });
    const stop = (made: Toy) =>
      toys.change(
        callerOf(tenant),
        made.id,
        () => ({ set: { desired_status: 'STOPPED', event: requested('stop') }, intent: true }),
        () => undefined,
      );
    const terminate = (made: Toy) =>
      toys.remove(callerOf(tenant), made.id, () => ({ set: { event: requested('terminate') } }), undefined);
    const history = async (made: Toy) =>
      (await actions.list({ tenant, kind: 'TOY', id: made.id })).items.map(({ action, outcome, error }) =>
        [action, outcome, error].filter(Boolean).join(' '),
      );
    return { cloud, toys, tenant, settle, launch, stop, terminate, history, stream };
  };

  it('takes a life from launch to the end, and its history with it', async () => {
    const { cloud, toys, tenant, settle, launch, stop, terminate, history, stream } = await world();
    const made = await launch();
    expect(await settle()).toBe(1);
    expect(await toys.get(tenant, made.id)).toMatchObject({ status: 'RUNNING' });
    await stop(made);
    expect(await settle()).toBe(1);
    expect(await toys.get(tenant, made.id)).toMatchObject({ status: 'STOPPED' });
    await terminate(made);
    expect(await settle()).toBe(1);
    expect(cloud.things.size).toBe(0);
    expect(await history(made)).toEqual(['terminate succeeded', 'stop succeeded', 'launch succeeded']);
    expect(await opened.tables.get(counterKey(tenant, 'TOY'), { consistent: true })).toMatchObject({
      total: 0,
      used_toys: 0,
    });
    stream.close();
  });

  it('says of an action that another one replaced that it did not come about', async () => {
    const { settle, launch, stop, history, stream } = await world();
    const made = await launch();
    await stop(made);
    await settle();
    expect(await history(made)).toEqual(['stop succeeded', 'launch failed replaced by stop']);
    stream.close();
  });

  it('brings 20 resources to their end through a cloud that fails in every way', async () => {
    const { cloud, toys, tenant, settle, launch, terminate, stream } = await world();
    const faults: ToyFault[] = [
      { failure: 'throttled' },
      { failure: 'ambiguous' },
      { failure: 'not_yet' },
      { failure: 'broken' },
      'bug',
    ];
    const made = await Promise.all(Array.from({ length: 20 }, launch));
    cloud.faults.push(...Array.from({ length: 30 }, (_, n) => faults[n % faults.length] as ToyFault));
    await settle();
    const after = (await toys.list(tenant)).items;
    expect(after).toHaveLength(20);
    for (const { status, status_reason, next_attempt_at } of after) {
      expect(status === 'RUNNING' || (status === 'ERROR' && Boolean(status_reason))).toBe(true);
      expect(next_attempt_at).toBeUndefined();
    }
    cloud.faults.push(...Array.from({ length: 20 }, (_, n) => faults[n % faults.length] as ToyFault));
    await Promise.all(made.map(terminate));
    await settle();
    expect(cloud.things.size).toBe(0);
    expect(await opened.tables.get(counterKey(tenant, 'TOY'), { consistent: true })).toMatchObject({
      total: 0,
      used_toys: 0,
    });
    stream.close();
  });

  it('comes to what was wanted last, whatever the user and the cloud do on the way', async () => {
    const fault = fc.constantFrom<ToyFault>(
      { failure: 'throttled' },
      { failure: 'ambiguous' },
      { failure: 'not_yet' },
    );
    const step = fc.oneof(
      fc.record({
        do: fc.constant('want' as const),
        which: fc.nat(2),
        state: fc.constantFrom('RUNNING', 'STOPPED'),
      }),
      fc.record({ do: fc.constant('end' as const), which: fc.nat(2) }),
      fc.record({ do: fc.constant('spoil' as const), fault }),
      fc.record({ do: fc.constant('rest' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const { cloud, toys, tenant, settle, launch, terminate, stream } = await world();
        const made = await Promise.all([launch(), launch(), launch()]);
        const wanted = new Map(made.map(({ id }) => [id, 'RUNNING']));
        for (const one of steps) {
          const target = 'which' in one ? (made[one.which] as Toy) : undefined;
          if (one.do === 'rest') await settle();
          if (one.do === 'spoil') cloud.faults.push(one.fault);
          if (!target || !wanted.has(target.id)) continue;
          if (one.do === 'end') {
            await terminate(target);
            wanted.delete(target.id);
          }
          if (one.do === 'want') {
            const event = requested(one.state === 'RUNNING' ? 'start' : 'stop');
            const set = { desired_status: one.state, event };
            await toys.change(
              callerOf(tenant),
              target.id,
              () => ({ set, intent: true }),
              () => undefined,
            );
            wanted.set(target.id, one.state);
          }
        }
        await settle();
        const after = (await toys.list(tenant)).items;
        expect(new Map(after.map(({ id, status }) => [id, status]))).toEqual(wanted);
        expect(new Set(cloud.things.keys())).toEqual(new Set(wanted.keys()));
        for (const { generation, observed_generation } of after) expect(observed_generation).toBe(generation);
        const counter = await opened.tables.get(counterKey(tenant, 'TOY'), { consistent: true });
        expect(counter).toMatchObject({ total: wanted.size, used_toys: wanted.size });
        stream.close();
      }),
      { numRuns: 25 },
    );
  });
});
