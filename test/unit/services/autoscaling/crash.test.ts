import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { createQuotas } from '../../../../lib/services/quotas/service.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { newCaller } from '../instances/harness.ts';
import { Death } from '../volumes/harness.ts';
import { defaultLimits, type Groups, openGroups } from './harness.ts';

let database: TestTables;
let platform: Groups;

beforeAll(async () => {
  database = await startTables();
  platform = openGroups(database.tables);
});
afterAll(() => database?.stop());

/** Instances that are not on their way out, and what is taken of the quota. */
const counted = async (caller: Caller) => {
  const all = (await platform.instances.list(caller.principal.tenant)).items;
  const quotas = await createQuotas({ tables: database.tables, limits: defaultLimits }).list(
    caller.principal.tenant,
  );
  return {
    live: all.length,
    groups: quotas.find(({ resource }) => resource === 'scaling_groups')?.used,
  };
};

/** What happens to a group of two running instances, and how many it has in the end. */
const changes: [string, (caller: Caller, id: string) => Promise<unknown>, number][] = [
  ['grows', (caller, id) => platform.groups.update(caller, id, { desired_count: 5 }), 5],
  ['shrinks', (caller, id) => platform.groups.update(caller, id, { desired_count: 1 }), 1],
  [
    'loses an instance',
    async (caller, id) => {
      const [lost] = await platform.instancesOf(caller, id);
      await platform.become(lost as never, { status: 'STOPPED' });
    },
    2,
  ],
  ['is deleted', (caller, id) => platform.groups.delete(caller, id), 0],
];

/** Looks with a worker that dies at its write number `at`. @returns how many writes it got to */
const dying = async (caller: Caller, id: string, at: number, when: 'before' | 'after'): Promise<number> => {
  const death = new Death(at, when);
  const handle = platform.startWorker(death.over(database.tables));
  await platform.look(caller, id, handle).catch(() => undefined);
  return death.writes;
};

describe.each(changes)('a group that %s, whose worker dies', (_, change, count) => {
  it.each(['before', 'after'] as const)(
    '%s any of its writes, comes to the same end',
    async (when) => {
      let writes = 0;
      for (let at = 1; at === 1 || at <= writes; at++) {
        const caller = newCaller();
        const { id } = await platform.create(caller);
        await platform.settle(caller, id);
        await change(caller, id);
        writes = Math.max(writes, await dying(caller, id, at, when));
        // The lease of the dead worker ends.
        platform.clock.time += 26_000;
        if (count > 0) await platform.settle(caller, id);
        for (let looks = 0; count === 0 && looks < 5 && (await platform.find(caller, id)); looks++)
          await platform.look(caller, id);
        expect(await counted(caller)).toEqual({ live: count, groups: count > 0 ? 1 : 0 });
      }
      expect(writes).toBeGreaterThan(0);
    },
    60_000,
  );
});

describe('messages that come twice at once', () => {
  it('launch nothing twice', async () => {
    const caller = newCaller();
    const { id } = await platform.create(caller, { desired_count: 4 });
    const workers = [platform.startWorker(), platform.startWorker(), platform.startWorker()];
    await Promise.all(workers.map((handle) => platform.look(caller, id, handle)));
    await platform.settle(caller, id);
    expect(await counted(caller)).toEqual({ live: 4, groups: 1 });
  });
});
