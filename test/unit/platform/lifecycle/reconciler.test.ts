import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../../lib/platform/ids.ts';
import { createLeases, leaseMilliseconds } from '../../../../lib/platform/lifecycle/lease.ts';
import { attemptEventId, intentEventId } from '../../../../lib/platform/lifecycle/message.ts';
import { createReconciler } from '../../../../lib/platform/lifecycle/reconciler.ts';
import type { BackendFailure } from '../../../../lib/platform/lifecycle/types.ts';
import { createStore } from '../../../../lib/platform/store/create-store.ts';
import type { ResourceStore } from '../../../../lib/platform/store/types.ts';
import { counterKey, resourceKey } from '../../../../lib/platform/table/keys.ts';
import { FaultInjector } from '../../../support/faults.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { callerOf, requested, type Toy, toy, toyKind } from '../../../support/toy.ts';
import { ToyCloud, toyController } from '../../../support/toy-cloud.ts';

const silent = { info: () => undefined, warn: () => undefined };
const ref = ({ tenant, id }: Toy) => ({ kind: 'TOY', tenant, id });
const messageOf = (record: Toy, more: object = {}) => ({
  ...ref(record),
  generation: record.generation,
  event_id: intentEventId(record.id, record.generation),
  ...more,
});

describe('the reconciler', () => {
  let opened: TestTables;
  let faults: FaultInjector;
  beforeAll(async () => {
    opened = await startTables();
    faults = new FaultInjector(opened.client);
  });
  afterAll(() => opened?.stop());

  /** A world of its own: a cloud, a clock, a store, and as many reconcilers as one likes. */
  const world = () => {
    const cloud = new ToyCloud();
    const time = { now: Date.now() };
    const clock = { now: () => time.now };
    const slept: number[] = [];
    const toys: ResourceStore<Toy> = createStore(toyKind, {
      tables: opened.tables,
      clock,
      limits: { toys: 1_000 },
    });
    const reconciler = (readsTogether = false) =>
      createReconciler({
        readsTogether,
        kinds: [{ controller: toyController(cloud), store: toys }],
        tables: opened.tables,
        clock,
        log: silent,
        random: () => 0.5,
        sleep: async (milliseconds) => {
          slept.push(milliseconds);
          time.now += milliseconds;
          // Others get their turn, as they would in real time.
          await pause(Math.min(milliseconds, 10));
        },
      });
    const budget = (milliseconds = 15_000) => ({
      signal: new AbortController().signal,
      deadline: time.now + milliseconds,
    });
    const one = reconciler();
    const handle = async (...messages: ReturnType<typeof messageOf>[]) => one.handle(messages, budget());
    const tenant = newId();
    const launch = (more: Partial<Toy> = {}) =>
      toys.create(
        callerOf(tenant),
        toy(tenant, 'toy', {
          created_at: new Date(time.now).toISOString(),
          event: requested('launch'),
          ...more,
        }),
        { usage: { toys: 1 } },
      );
    const read = (record: Toy) => toys.find(tenant, record.id, { tombstones: true });
    const item = (record: Toy) =>
      opened.tables.get(resourceKey(tenant, 'TOY', record.id), { consistent: true });
    return { cloud, time, clock, slept, toys, reconciler, budget, handle, tenant, launch, read, item };
  };

  it('brings a new resource about, and tells how its action ended', async () => {
    const { cloud, launch, handle, read, item } = world();
    const made = await launch();
    expect(await handle(messageOf(made))).toEqual([{ ending: 'converged' }]);
    expect(cloud.calls).toEqual(['make']);
    const after = await read(made);
    expect(after).toMatchObject({ status: 'RUNNING', observed_generation: 1, zone: 'z1' });
    expect(after).not.toHaveProperty('desired_status');
    expect(after?.event).toMatchObject({
      id: `${made.event?.action_id}:succeeded`,
      action_id: made.event?.action_id,
      phase: 'succeeded',
      user: made.event?.user,
    });
    expect(await item(made)).not.toHaveProperty('wpk');
  });

  it('reads the records of a batch in one, and one that is none spoils itself alone', async () => {
    const { launch, reconciler, budget, read } = world();
    const made = await Promise.all([launch(), launch(), launch()]);
    const [first, , spoilt] = made as [Toy, Toy, Toy];
    const { pk, sk } = resourceKey(spoilt.tenant, 'TOY', spoilt.id);
    await opened.tables.write({ update: { pk, sk }, set: { generation: 'none' } });
    const messages = [...made.map((one) => messageOf(one)), messageOf({ ...first, id: newId() })];
    opened.consumed.length = 0;
    expect(await reconciler(true).handle(messages, budget())).toEqual([
      { ending: 'converged' },
      { ending: 'converged' },
      { error: expect.objectContaining({ issues: expect.anything() }) },
      { ending: 'absent' },
    ]);
    const reads = opened.consumed.filter(({ writeUnits }) => writeUnits === 0);
    expect(reads.map(({ operation }) => operation)).toEqual(['BatchGetItem', 'BatchGetItem']);
    expect(await read(first)).toMatchObject({ status: 'RUNNING' });
  });

  it('does nothing the second time', async () => {
    const { cloud, launch, handle, read } = world();
    const made = await launch();
    await handle(messageOf(made));
    const after = await read(made);
    expect(await handle(messageOf(made))).toEqual([{ ending: 'at rest' }]);
    expect(cloud.calls).toEqual(['make']);
    expect(await read(made)).toEqual(after);
  });

  it('looks again at what asks for it though it has converged, and tells of its action once', async () => {
    const { cloud, time, launch, handle, read, item } = world();
    const made = await launch({ padding: 'again' });
    expect(await handle(messageOf(made))).toEqual([{ ending: 'converged' }]);
    const first = await read(made);
    expect(first).toMatchObject({
      observed_generation: 1,
      next_attempt_at: new Date(time.now + 5_000).toISOString(),
    });
    expect(await item(made)).toHaveProperty('wpk');
    time.now += 5_000;
    const again = attemptEventId(first as Toy);
    expect(await handle(messageOf(made, { event_id: again }))).toEqual([{ ending: 'converged' }]);
    expect(cloud.calls).toEqual(['make']);
    expect((await read(made))?.event).toEqual(first?.event);
  });

  it('looks at a cloud once for a whole batch', async () => {
    const { cloud, launch, handle } = world();
    const made = await Promise.all(Array.from({ length: 10 }, () => launch()));
    const results = await handle(...made.map((one) => messageOf(one)));
    expect(results).toEqual(made.map(() => ({ ending: 'converged' })));
    expect(cloud.observed[0]).toHaveLength(10);
    expect(cloud.observed.length).toBeLessThan(6);
  });

  it('treats several messages for one resource as one', async () => {
    const { cloud, launch, handle } = world();
    const made = await launch();
    const results = await handle(messageOf(made), messageOf(made), messageOf(made));
    expect(results).toEqual(Array.from({ length: 3 }, () => ({ ending: 'converged' })));
    expect(cloud.calls).toEqual(['make']);
  });

  it.each([
    ['an absent resource', (made: Toy) => messageOf({ ...made, id: newId() }), 'absent'],
    ['an older generation', (made: Toy) => messageOf(made, { generation: 0 }), 'outdated'],
  ])('acknowledges a message for %s', async (_, message, ending) => {
    const { cloud, launch, handle } = world();
    expect(await handle(message(await launch()))).toEqual([{ ending }]);
    expect(cloud.observed).toEqual([]);
  });

  it('sends a message of an unknown kind back', async () => {
    const { launch, handle } = world();
    const [result] = await handle(messageOf(await launch(), { kind: 'STRANGER' }));
    expect(result).toMatchObject({ error: new Error('no controller for STRANGER') });
  });

  it('looks at a resource at rest when the cloud reports a change, and writes only what is new', async () => {
    const { cloud, launch, handle, read } = world();
    const made = await launch();
    await handle(messageOf(made));
    const rest = await read(made);
    await handle(messageOf(made, { observed: true }));
    expect(await read(made)).toEqual(rest);
    cloud.things.set(made.id, { token: '', state: 'stopped' });
    await handle(messageOf(made, { observed: true, generation: 0 }));
    expect(await read(made)).toMatchObject({ status: 'STOPPED', version: (rest?.version ?? 0) + 1 });
    cloud.things.delete(made.id);
    await opened.tables.write({
      update: resourceKey(made.tenant, 'TOY', made.id),
      set: { status: 'RUNNING' },
    });
    expect(await handle(messageOf(made, { observed: true }))).toEqual([{ ending: 'failed' }]);
    expect(await read(made)).toMatchObject({ status: 'ERROR', status_reason: 'the thing is gone' });
  });

  it('deletes in the cloud first, and gives the usage back last', async () => {
    const { cloud, launch, handle, toys, tenant, read } = world();
    const made = await launch();
    await handle(messageOf(made));
    const gone = await toys.remove(
      callerOf(tenant),
      made.id,
      () => ({ set: { event: requested('terminate') } }),
      undefined,
    );
    const used = async () =>
      (await opened.tables.get(counterKey(tenant, 'TOY'), { consistent: true }))?.used_toys;
    expect(await used()).toBe(1);
    expect(await handle(messageOf(gone))).toEqual([{ ending: 'forgotten' }]);
    expect(cloud.things.size).toBe(0);
    expect(await read(made)).toBeUndefined();
    expect(await used()).toBe(0);
    expect(await handle(messageOf(gone))).toEqual([{ ending: 'absent' }]);
    expect(await used()).toBe(0);
  });

  it.each(['crash-before', 'crash-after'] as const)(
    'makes one thing though the process ends half way: %s',
    async (crash) => {
      const { cloud, launch, read, clock, toys, tenant, budget, time } = world();
      const made = await launch();
      // A process that dies writes nothing more: its tables are cut off with the call.
      const cut = new AbortController();
      cloud.faults.push(crash);
      const dying = createReconciler({
        kinds: [{ controller: toyController(cloud), store: toys }],
        tables: opened.tables,
        clock,
        log: { info: (_, fields) => 'error' in fields && cut.abort(), warn: () => undefined },
      });
      cloud.during = () => cut.abort();
      const [result] = await dying.handle([messageOf(made)], { ...budget(), signal: cut.signal });
      expect(result).toHaveProperty('error');
      time.now += leaseMilliseconds;
      const after = createReconciler({
        kinds: [{ controller: toyController(cloud), store: toys }],
        tables: opened.tables,
        clock,
        log: silent,
      });
      expect(await after.handle([messageOf(made)], budget())).toEqual([{ ending: 'converged' }]);
      expect(cloud.things.size).toBe(1);
      expect(await read(made)).toMatchObject({ status: 'RUNNING' });
      expect(cloud.calls).toEqual(crash === 'crash-after' ? ['make'] : ['make', 'make']);
      expect(tenant).toBe(made.tenant);
    },
  );

  it('does each step once more after any of its writes was lost or made without an answer', async () => {
    for (const fault of ['timeout-after-effect', 'timeout-before-effect'] as const) {
      for (let position = 0; position < 5; position++) {
        const { cloud, launch, handle, read } = world();
        const made = await launch();
        let writes = 0;
        faults.each((command) =>
          command === 'UpdateItemCommand' && writes++ === position ? fault : undefined,
        );
        const [result] = await handle(messageOf(made));
        faults.clear();
        expect(result).toEqual({ ending: 'converged' });
        expect(await read(made)).toMatchObject({ status: 'RUNNING', observed_generation: 1 });
        expect(cloud.calls).toEqual(['make']);
      }
    }
  });

  describe('failures of the cloud', () => {
    it.each<[BackendFailure, number]>([
      ['throttled', 3_000],
      ['not_yet', 2_000],
      ['ambiguous', 5_000],
    ])('%s: waits, at no cost to the error budget', async (failure, milliseconds) => {
      const { cloud, time, launch, handle, read, item } = world();
      const made = await launch();
      cloud.faults.push({ failure });
      expect(await handle(messageOf(made))).toEqual([{ ending: 'waiting' }]);
      const waiting = await read(made);
      const due = new Date(time.now + milliseconds).toISOString();
      expect(waiting).toMatchObject({ failures: 0, next_attempt_at: due, status: 'STARTING' });
      expect((await item(made))?.wsk).toContain(due);
      expect(await handle(messageOf(made))).toEqual([{ ending: 'too early' }]);
      time.now += milliseconds;
      const again = messageOf(made, { event_id: attemptEventId(waiting as Toy) });
      expect(await handle(again)).toEqual([{ ending: 'converged' }]);
      expect(await read(made)).not.toHaveProperty('next_attempt_at');
      // An ambiguous call had its effect, and was not made again.
      expect(cloud.calls).toHaveLength(failure === 'ambiguous' ? 1 : 2);
    });

    it.each([
      ['broken', 'the cloud says broken'],
      ['capacity', 'the cloud says capacity'],
      ['bug', 'an internal error'],
    ])('%s: five in a row end in ERROR with the reason', async (fault, reason) => {
      const { cloud, time, launch, handle, read, item } = world();
      const made = await launch();
      for (let failures = 1; failures <= 5; failures++) {
        cloud.faults.push(fault === 'bug' ? 'bug' : { failure: fault as BackendFailure });
        expect(await handle(messageOf(made))).toEqual([{ ending: failures < 5 ? 'waiting' : 'failed' }]);
        expect(await read(made)).toMatchObject({ failures, status_reason: reason });
        time.now += 100_000;
      }
      const failed = await read(made);
      expect(failed).toMatchObject({ status: 'ERROR', event: { phase: 'failed', error: reason } });
      expect(failed).not.toHaveProperty('desired_status');
      expect(await item(made)).not.toHaveProperty('wpk');
      expect(await handle(messageOf(made))).toEqual([{ ending: 'at rest' }]);
    });

    it('starts the count afresh after a success', async () => {
      const { cloud, time, launch, handle, read } = world();
      const made = await launch();
      cloud.faults.push({ failure: 'broken' }, { failure: 'broken' });
      for (let tries = 0; tries < 3; tries++) {
        await handle(messageOf(made));
        time.now += 100_000;
      }
      expect(await read(made)).toMatchObject({ failures: 0, status: 'RUNNING' });
    });

    it('tries again within the same look what will soon do, and later where it does not', async () => {
      const { cloud, time, slept, launch, handle, read } = world();
      const made = await launch();
      const soon = () => ({ failure: 'not_yet' as const, soonMilliseconds: 200 });
      cloud.faults.push(soon(), soon());
      expect(await handle(messageOf(made))).toEqual([{ ending: 'converged' }]);
      expect(slept.filter((milliseconds) => milliseconds === 200)).toHaveLength(2);
      expect(cloud.calls).toHaveLength(3);

      const other = await launch();
      cloud.faults.push(...Array.from({ length: 100 }, soon));
      const began = time.now;
      expect(await handle(messageOf(other))).toEqual([{ ending: 'waiting' }]);
      expect(time.now - began).toBeLessThanOrEqual(3_000);
      expect(await read(other)).toMatchObject({ failures: 0, next_attempt_at: expect.any(String) });
    });

    it('rejected: ERROR at once', async () => {
      const { cloud, launch, handle, read } = world();
      const made = await launch();
      cloud.faults.push({ failure: 'rejected' });
      expect(await handle(messageOf(made))).toEqual([{ ending: 'failed' }]);
      expect(await read(made)).toMatchObject({ status: 'ERROR', status_reason: 'the cloud says rejected' });
    });

    it('never gives up on a delete', async () => {
      const { cloud, time, launch, handle, toys, tenant, read } = world();
      const made = await launch();
      await handle(messageOf(made));
      const gone = await toys.remove(callerOf(tenant), made.id, () => ({}), undefined);
      for (let failures = 1; failures <= 8; failures++) {
        cloud.faults.push({ failure: failures % 2 ? 'broken' : 'rejected' });
        expect(await handle(messageOf(gone))).toEqual([{ ending: 'waiting' }]);
        time.now += 1_000_000;
      }
      expect(await read(made)).toMatchObject({ failures: 8 });
      expect(await handle(messageOf(gone))).toEqual([{ ending: 'forgotten' }]);
    });

    it('sends the message back when the tables are not to be reached', async () => {
      const { launch, time, clock, cloud, toys, budget } = world();
      const made = await launch();
      const tables = opened.reopen({ maxAttempts: 1 });
      const poor = createReconciler({
        kinds: [{ controller: toyController(cloud), store: toys }],
        tables,
        clock,
        log: silent,
      });
      faults.next('UpdateItemCommand', 'throttle');
      const [result] = await poor.handle([messageOf(made)], budget());
      expect(result).toMatchObject({ error: { type: 'UNAVAILABLE' } });
      expect(time.now).toBeGreaterThan(0);
    });
  });

  describe('waiting', () => {
    it('puts a longer wait off, names its reason, and goes on when it is due', async () => {
      const { time, launch, handle, read } = world();
      const made = await launch({ padding: 'wait' });
      expect(await handle(messageOf(made))).toEqual([{ ending: 'waiting' }]);
      const waiting = await read(made);
      expect(waiting).toMatchObject({ status_reason: 'it is not ready', failures: 0 });
      time.now += 60_000;
      expect(await handle(messageOf(made, { event_id: attemptEventId(waiting as Toy) }))).toEqual([
        { ending: 'converged' },
      ]);
      expect(await read(made)).not.toHaveProperty('status_reason');
    });

    it('asks for another message when the longest delay was not long enough', async () => {
      const { launch, handle, toys, read, time } = world();
      const made = await launch();
      const far = new Date(time.now + 3_600_000).toISOString();
      const waiting = await toys.settle(made, { set: { next_attempt_at: far } });
      const message = messageOf(made, { event_id: attemptEventId(waiting as Toy) });
      expect(await handle(message)).toEqual([{ ending: 'too early' }]);
      const put = (await read(made))?.next_attempt_at;
      expect(Date.parse(put ?? '') - Date.parse(far)).toBe(1);
      // The message that was sent for the time before has nothing to say any more.
      expect(await handle(message)).toEqual([{ ending: 'too early' }]);
      expect((await read(made))?.next_attempt_at).toBe(put);
    });

    it('puts the rest off when its own time is over', async () => {
      const { launch, reconciler, budget, read, time } = world();
      const made = await launch();
      expect(await reconciler().handle([messageOf(made)], budget(-1))).toEqual([{ ending: 'out of time' }]);
      expect(await read(made)).toMatchObject({ next_attempt_at: new Date(time.now + 1_000).toISOString() });
    });
  });

  describe('several at once', () => {
    it('leave a message in the queue that is delivered again while its first delivery is at work', async () => {
      const { cloud, launch, reconciler, budget } = world();
      const made = await launch();
      const message = { ...messageOf(made), observed: true };
      const other = reconciler();
      let second: unknown;
      cloud.during = async () => {
        second = await other.handle([message], budget());
      };
      expect(await reconciler().handle([message], budget())).toEqual([{ ending: 'converged' }]);
      expect(second).toEqual([{ error: expect.objectContaining({ name: 'TwinAtWork' }) }]);
    });

    it('never have two work on one resource, and lose no message', async () => {
      const { cloud, launch, reconciler, budget, read, toys, tenant } = world();
      const made = await launch();
      const other = reconciler();
      let second: unknown;
      cloud.during = async () => {
        // While the first makes the thing, the user stops it, and the message goes to another worker.
        const stopped = await toys.change(
          callerOf(tenant),
          made.id,
          () => ({ set: { desired_status: 'STOPPED' }, intent: true }),
          () => undefined,
        );
        second = await other.handle([messageOf(stopped)], budget());
      };
      expect(await reconciler().handle([messageOf(made)], budget())).toEqual([{ ending: 'converged' }]);
      expect(second).toEqual([{ ending: 'handed over' }]);
      expect(cloud.calls).toEqual(['make', 'stopped']);
      expect(await read(made)).toMatchObject({ status: 'STOPPED', generation: 2, observed_generation: 2 });
    });

    it('fences off one that was asleep while its lease ended', async () => {
      const { cloud, launch, reconciler, budget, read, time } = world();
      const made = await launch();
      let version: number | undefined;
      cloud.during = async () => {
        time.now += leaseMilliseconds + 1;
        expect(await reconciler().handle([messageOf(made)], budget())).toEqual([{ ending: 'converged' }]);
        version = (await read(made))?.version;
      };
      const [late] = await reconciler().handle([messageOf(made)], budget());
      expect(late).toMatchObject({ ending: 'at rest' });
      expect(cloud.things.size).toBe(1);
      expect(await read(made)).toMatchObject({ status: 'RUNNING', version });
    });

    it('come to one end: 8 workers, the same message, a user who changes his mind', async () => {
      const { cloud, launch, budget, read, toys, tenant, clock } = world();
      const made = await launch();
      const work = () =>
        createReconciler({
          kinds: [{ controller: toyController(cloud), store: toys }],
          tables: opened.tables,
          clock,
          log: silent,
        });
      const changes = (async () => {
        for (const desired_status of ['STOPPED', 'RUNNING', 'STOPPED']) {
          const changed = await toys.change(
            callerOf(tenant),
            made.id,
            () => ({ set: { desired_status }, intent: true }),
            () => undefined,
          );
          await Promise.all([1, 2].map(() => work().handle([messageOf(changed)], budget())));
        }
      })();
      await Promise.all([
        changes,
        ...Array.from({ length: 8 }, () => work().handle([messageOf(made)], budget())),
      ]);
      expect(cloud.things.size).toBe(1);
      expect(await read(made)).toMatchObject({ status: 'STOPPED', generation: 4, observed_generation: 4 });
    });
  });

  describe('a lease', () => {
    it('is free again after it has ended, and not to be let go of by its former holder', async () => {
      const { clock, time, tenant } = world();
      const leases = createLeases(opened.tables, clock);
      const resource = { kind: 'TOY', tenant, id: newId() };
      const first = await leases.acquire(resource);
      expect(await leases.acquire(resource)).toBeUndefined();
      time.now += leaseMilliseconds;
      const second = await leases.acquire(resource);
      expect(second?.owner).not.toBe(first?.owner);
      expect(first && (await leases.release(resource, first))).toBe(false);
      expect(await leases.acquire(resource)).toBeUndefined();
      expect(second && (await leases.release(resource, second))).toBe(true);
      expect(second && (await leases.release(resource, second))).toBe(false);
      expect(await leases.acquire(resource)).toBeDefined();
    });
  });
});
