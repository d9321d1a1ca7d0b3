import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../../lib/platform/ids.ts';
import {
  creationMayAppear,
  creationWindowMilliseconds,
} from '../../../../lib/platform/lifecycle/creation.ts';
import { createReconciler } from '../../../../lib/platform/lifecycle/reconciler.ts';
import { BackendError, type Controller } from '../../../../lib/platform/lifecycle/types.ts';
import { createStore } from '../../../../lib/platform/store/create-store.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { callerOf, requested, type Toy, toy, toyKind } from '../../../support/toy.ts';

const silent = { info: () => undefined, warn: () => undefined };

/** What becomes of one creation. `lost`: it happens and nobody is told; `hidden`: so, and it shows only later. */
type Outcome = 'made' | 'throttled' | 'broken' | 'lost' | 'hidden' | 'never' | 'killed after';

class Killed extends Error {}

describe('a creation without client token', () => {
  let opened: TestTables;
  beforeAll(async () => {
    opened = await startTables();
  });
  afterAll(() => opened?.stop());

  const world = (outcomes: Outcome[], meanwhile: (id: string) => Promise<unknown> = async () => {}) => {
    const time = { now: Date.now() };
    const clock = { now: () => time.now };
    const things = new Map<string, string[]>();
    const hidden = new Map<string, number>();
    let asked = 0;
    const toys = createStore(toyKind, { tables: opened.tables, clock });

    const make = async (id: string) => {
      asked += 1;
      const outcome = outcomes.shift() ?? 'made';
      await meanwhile(id);
      if (outcome === 'throttled' || outcome === 'broken') throw new BackendError(outcome, 'not done');
      if (outcome === 'never') throw new BackendError('ambiguous', 'no answer');
      if (outcome === 'hidden') hidden.set(id, time.now + 20_000);
      const thing = `thing-${asked}`;
      things.set(id, [...(things.get(id) ?? []), thing]);
      if (outcome === 'killed after') throw new Killed();
      if (outcome !== 'made') throw new BackendError('ambiguous', 'no answer');
      return thing;
    };

    const controller: Controller<Toy, string> = {
      kind: 'TOY',
      observe: async (resources) =>
        new Map(
          resources.flatMap(({ id }): [string, string][] => {
            const [thing] = things.get(id) ?? [];
            return thing && (hidden.get(id) ?? 0) <= time.now ? [[id, thing]] : [];
          }),
        ),
      reconcile: (wanted, thing) => {
        if (wanted.zone) return { do: 'converged', set: { status: 'RUNNING' }, remove: ['desired_status'] };
        if (thing) return { do: 'write', set: { zone: thing }, remove: ['create_asked_at'] };
        return {
          do: 'create',
          name: 'MakeThing',
          call: async () => ({ set: { zone: await make(wanted.id) } }),
        };
      },
    };
    const reconciler = createReconciler({
      kinds: [{ controller, store: toys }],
      tables: opened.tables,
      clock,
      log: silent,
      random: () => 0.5,
      sleep: async (milliseconds) => {
        time.now += milliseconds;
      },
    });
    const tenant = newId();

    /** Looks again whenever the record asks for it, until it rests. A look that dies leaves its lease to run out. */
    const untilRest = async (id: string): Promise<Toy> => {
      for (let looks = 0; looks < 60; looks++) {
        const message = { kind: 'TOY', tenant, id, generation: 1, event_id: newId(), observed: true };
        const budget = { signal: AbortSignal.timeout(20_000), deadline: time.now + 15_000 };
        await reconciler.handle([message], budget);
        const record = await toys.find(tenant, id);
        if (!record) throw new Error('the record is gone');
        if (record.observed_generation === record.generation) return record;
        time.now = Math.max(time.now + 1, Date.parse(record.next_attempt_at ?? '') || 0);
      }
      throw new Error('it does not come to rest');
    };

    const launch = () =>
      toys.create(
        callerOf(tenant),
        toy(tenant, 'toy', { created_at: new Date(time.now).toISOString(), event: requested('launch') }),
      );
    return { time, things, toys, tenant, launch, untilRest, asked: () => asked };
  };

  it.each<[string, Outcome[], number, number]>([
    ['is asked for once where it is answered', ['made'], 1, 0],
    ['is asked for again soon where it was refused for the budget', ['throttled', 'made'], 2, 0],
    ['is asked for again soon where it failed for certain', ['broken', 'made'], 2, 0],
    ['is found where only its answer was lost', ['lost'], 1, 0],
    ['is found where the process died after it', ['killed after'], 1, 0],
    ['is waited for while it may yet show', ['hidden'], 1, 20],
    ['is asked for again only when it must have shown', ['never', 'made'], 2, 60],
  ])('%s', async (_, outcomes, asked, afterSeconds) => {
    const { time, things, launch, untilRest, ...counted } = world(outcomes);
    const made = await launch();
    const began = time.now;
    const record = await untilRest(made.id);
    expect(record).toMatchObject({ status: 'RUNNING', zone: expect.stringMatching(/^thing-/) });
    expect(record).not.toHaveProperty('create_asked_at');
    expect(things.get(made.id)).toEqual([record.zone]);
    expect(counted.asked()).toBe(asked);
    expect(time.now - began).toBeGreaterThanOrEqual(afterSeconds * 1_000);
  });

  it.each<[string, Outcome[], number]>([
    ['was made', ['made'], 1],
    ['was refused for certain', ['throttled', 'made'], 2],
  ])(
    'is over at once where it %s, though its owner has changed the record meanwhile',
    async (_, outcomes, asked) => {
      const { time, things, toys, tenant, launch, untilRest, ...counted } = world(outcomes, async (id) => {
        for (const name of ['renamed', 'renamed again'])
          await toys.change(
            callerOf(tenant),
            id,
            () => ({ set: { name } }),
            () => ({}),
          );
      });
      const made = await launch();
      const began = time.now;
      const record = await untilRest(made.id);
      expect(record).toMatchObject({
        status: 'RUNNING',
        name: 'renamed again',
        zone: things.get(made.id)?.[0],
      });
      expect(record).not.toHaveProperty('create_asked_at');
      expect(counted.asked()).toBe(asked);
      expect(time.now - began).toBeLessThan(10_000);
    },
  );

  it('leaves the outcome alone that another session has written for a creation of its own', async () => {
    const zone = 'thing-of-another';
    const { toys, tenant, launch, untilRest } = world(['made'], async (id) => {
      const record = await toys.get(tenant, id);
      await toys.settle(record, { set: { zone }, remove: ['create_asked_at'] });
    });
    const made = await launch();
    expect(await untilRest(made.id)).toMatchObject({ zone });
  });

  it.each([
    ['was never asked for', undefined, false],
    ['was asked for just now', 0, true],
    ['may have been asked for a little less than the window ago', creationWindowMilliseconds - 1, true],
    ['was asked for a window ago', creationWindowMilliseconds, false],
  ])('of what %s: may appear is known', (_, ago, expected) => {
    const now = Date.UTC(2026, 0, 1);
    const create_asked_at = ago === undefined ? undefined : new Date(now - ago).toISOString();
    expect(creationMayAppear({ create_asked_at }, now)).toBe(expected);
  });
});
