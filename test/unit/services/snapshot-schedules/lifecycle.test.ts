import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { timeOf } from '../../../../lib/platform/ids.ts';
import { runId } from '../../../../lib/services/snapshot-schedules/run-id.ts';
import {
  CreateSnapshotSchedule,
  UpdateSnapshotSchedule,
} from '../../../../lib/services/snapshot-schedules/schema.ts';
import type { ScheduleRecord } from '../../../../lib/services/snapshot-schedules/service.ts';
import { CreateVolume } from '../../../../lib/services/volumes/schema.ts';
import { type StandInCloud, startStandIn } from '../../../conformance/compute/stand-in-cloud.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { newCaller } from '../instances/harness.ts';
import {
  Death,
  openStorage,
  type Storage,
  settleWith,
  startWorker,
  type Worker,
} from '../volumes/harness.ts';

let database: TestTables;
let cloud: StandInCloud;
let storage: Storage;
let worker: Worker;
let settle: ReturnType<typeof settleWith>;

beforeAll(async () => {
  [database, cloud] = await Promise.all([
    startTables(),
    startStandIn('roomy', { volumeMilliseconds: 5, snapshotMilliseconds: 5 }),
  ]);
  storage = openStorage(database.tables);
  worker = startWorker(database.tables, cloud, storage.clock);
  settle = settleWith(storage, worker);
});
afterEach(() => cloud.controls.faults.clear());
afterAll(() => Promise.all([database?.stop(), cloud?.stop()]));

const hour = 3_600_000;

/** A volume on EBS and a schedule of it. */
const scheduled = async (change: Record<string, unknown> = {}) => {
  const caller = newCaller();
  const volume = await storage.volumes.create(caller, CreateVolume.parse({ name: 'data', size_gb: 1 }));
  await settle(caller, 'VOLUME', volume.id);
  const input = { name: 'nightly', volume_id: 'data', interval_hours: 24, retain: 2, ...change };
  const schedule = await storage.schedules.create(caller, CreateSnapshotSchedule.parse(input));
  await worker(caller, 'SNAPSHOT_SCHEDULE', schedule.id);
  return { caller, volume, schedule };
};

const get = (caller: Caller, id: string) => storage.schedules.get(caller, id);

const madeBy = async ({ principal }: Caller) => (await storage.stores.SNAPSHOT.list(principal.tenant)).items;

/** Lets time pass, has the schedule looked at, and brings about what it made. */
const pass = async (caller: Caller, id: string, milliseconds: number, look = worker) => {
  storage.clock.ahead += milliseconds;
  await look(caller, 'SNAPSHOT_SCHEDULE', id);
  for (const snapshot of await madeBy(caller)) await settle(caller, 'SNAPSHOT', snapshot.id);
  await look(caller, 'SNAPSHOT_SCHEDULE', id);
};

describe('the id of a run', () => {
  it('is a UUIDv7 of its time, the same for the same run and another for another', () => {
    const at = '2026-11-25T12:00:00.000Z';
    expect(runId('a', at)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(timeOf(runId('a', at))).toBe(Date.parse(at));
    expect(runId('a', at)).toBe(runId('a', at));
    expect(new Set([runId('a', at), runId('b', at), runId('a', '2026-11-25T12:00:00.001Z')]).size).toBe(3);
  });
});

describe('a snapshot schedule', () => {
  it('makes nothing before it is due, one snapshot when it is, and says what comes next', async () => {
    const { caller, schedule, volume } = await scheduled();
    expect(await madeBy(caller)).toEqual([]);
    const due = Date.parse(schedule.next_run_at as string);
    expect(due - storage.clock.now()).toBeGreaterThan(23 * hour);
    await pass(caller, schedule.id, 25 * hour);
    const [snapshot] = await madeBy(caller);
    expect(snapshot).toMatchObject({
      status: 'AVAILABLE',
      volume_id: volume.id,
      schedule_id: schedule.id,
      description: 'by the schedule nightly',
    });
    const after = await get(caller, schedule.id);
    expect(after).toMatchObject({ last_snapshot_id: snapshot?.id, status: 'ACTIVE' });
    expect(Date.parse(after.next_run_at as string)).toBe(due + 24 * hour);
  });

  it('waits for its time of the day', async () => {
    const { schedule } = await scheduled({ at: '03:30', interval_hours: 12 });
    const next = new Date(schedule.next_run_at as string);
    expect([next.getUTCHours(), next.getUTCMinutes()]).toEqual([3, 30]);
    expect(next.getTime() - storage.clock.now()).toBeLessThanOrEqual(24 * hour);
  });

  it('keeps the newest good ones that it made, and touches no others', async () => {
    const { caller, schedule, volume } = await scheduled();
    const own = await storage.snapshots.create(caller, { volume_id: volume.id });
    const everMade = new Set<string>();
    for (let run = 0; run < 4; run++) {
      await pass(caller, schedule.id, 24 * hour + 1_000);
      for (const { id } of await madeBy(caller)) everMade.add(id);
      for (const id of everMade) await settle(caller, 'SNAPSHOT', id);
    }
    expect(everMade.size).toBe(5);
    const left = await madeBy(caller);
    expect(left.filter(({ schedule_id }) => schedule_id)).toHaveLength(2);
    expect(left.map(({ id }) => id)).toContain(own.id);
    expect(left.map(({ id }) => id)).toContain((await get(caller, schedule.id)).last_snapshot_id);
    expect((await storage.used(caller)).snapshots).toBe(3);
  });

  it('never drops the last good one for newer ones that failed', async () => {
    const { caller, schedule } = await scheduled({ retain: 1 });
    await pass(caller, schedule.id, 25 * hour);
    const [good] = await madeBy(caller);
    cloud.controls.faults.add({ action: 'CreateSnapshot', kind: 'before', error: 'SnapshotLimitExceeded' });
    for (let run = 0; run < 2; run++) await pass(caller, schedule.id, 24 * hour);
    const all = await madeBy(caller);
    expect(all.map(({ status }) => status).sort()).toEqual(['AVAILABLE', 'ERROR', 'ERROR']);
    expect(all.find(({ status }) => status === 'AVAILABLE')?.id).toBe(good?.id);
  });

  it('makes up for what it missed with one run, not with all', async () => {
    const { caller, schedule } = await scheduled();
    await pass(caller, schedule.id, 10 * 24 * hour);
    expect(await madeBy(caller)).toHaveLength(1);
    const { next_run_at } = await get(caller, schedule.id);
    expect(Date.parse(next_run_at as string) - storage.clock.now()).toBeLessThanOrEqual(24 * hour);
  });

  it('says why a run made nothing, and goes on with the next', async () => {
    const { caller, schedule, volume } = await scheduled();
    for (let i = 0; i < 5; i++) await storage.snapshots.create(caller, { volume_id: volume.id });
    await pass(caller, schedule.id, 25 * hour);
    expect(await get(caller, schedule.id)).toMatchObject({
      last_error: 'the quota of 5 snapshots is reached (5 in use)',
      status: 'ACTIVE',
    });
    const [first] = await madeBy(caller);
    await storage.snapshots.delete(caller, first?.id as string);
    await settle(caller, 'SNAPSHOT', first?.id as string);
    await pass(caller, schedule.id, 24 * hour);
    const after = await get(caller, schedule.id);
    expect(after).not.toHaveProperty('last_error');
    expect(after.last_snapshot_id).toBeDefined();
  });

  it('rests while paused, and counts anew when it goes on', async () => {
    const { caller, schedule } = await scheduled();
    const update = (change: object) =>
      storage.schedules.update(caller, 'nightly', UpdateSnapshotSchedule.parse(change));
    expect(await update({ enabled: false })).toMatchObject({ status: 'PAUSED', enabled: false });
    expect(await get(caller, schedule.id)).not.toHaveProperty('next_run_at');
    await pass(caller, schedule.id, 100 * hour);
    expect(await madeBy(caller)).toEqual([]);
    const { next_run_at } = await update({ enabled: true, interval_hours: 1 });
    expect(Date.parse(next_run_at as string) - storage.clock.now()).toBeLessThanOrEqual(hour);
    await pass(caller, schedule.id, hour + 1_000);
    expect(await madeBy(caller)).toHaveLength(1);
  });

  it('goes with its volume, and leaves its snapshots when it goes alone', async () => {
    const { caller, schedule } = await scheduled();
    await pass(caller, schedule.id, 25 * hour);
    await storage.schedules.delete(caller, 'nightly');
    expect(await settle(caller, 'SNAPSHOT_SCHEDULE', schedule.id)).toBe('gone');
    expect(await madeBy(caller)).toHaveLength(1);

    const other = await scheduled();
    await storage.volumes.delete(other.caller, other.volume.id, true);
    expect(await settle(other.caller, 'VOLUME', other.volume.id)).toBe('gone');
    expect(await settle(other.caller, 'SNAPSHOT_SCHEDULE', other.schedule.id)).toBe('gone');
    expect((await storage.used(other.caller)).snapshot_schedules).toBe(0);
  });

  it.each(['before', 'after'] as const)(
    'the worker dies %s each of its writes in turn: a run makes one snapshot',
    { timeout: 60_000 },
    async (when) => {
      for (let at = 1; ; at++) {
        const { caller, schedule } = await scheduled({ retain: 1 });
        const death = new Death(at, when);
        const dying = startWorker(database.tables, cloud, storage.clock, death);
        for (let run = 1; run <= 2; run++) {
          await pass(caller, schedule.id, 24 * hour + 1_000, death.signal.aborted ? worker : dying);
          await pass(caller, schedule.id, 2_000);
          expect(await madeBy(caller)).toHaveLength(1);
        }
        const record = (await storage.stores.SNAPSHOT_SCHEDULE.get(
          caller.principal.tenant,
          schedule.id,
        )) as ScheduleRecord;
        expect(record.run_at).toBeUndefined();
        if (!death.signal.aborted) return expect(at).toBeGreaterThan(4);
      }
    },
  );
});
