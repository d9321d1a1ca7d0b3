import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { identityKeys } from '../../../../lib/platform/auth/records.ts';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { UpdateCronJob } from '../../../../lib/services/cron/schema.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { everything, newCaller } from '../instances/harness.ts';
import { answered, type Cron, minute, openCron } from './harness.ts';

let database: TestTables;
let cron: Cron;
let caller: Caller;

beforeAll(async () => {
  database = await startTables();
});
afterAll(() => database?.stop());
beforeEach(() => {
  cron = openCron(database.tables);
  caller = newCaller();
});

/** A job that has been looked at since it was made. */
const settled = async (change: Record<string, unknown> = {}) => {
  const { id } = await cron.create(caller, change);
  await cron.look(caller, id);
  return id;
};

const get = (id: string) => cron.cron.get(caller, id);
const update = (id: string, change: Record<string, unknown>) =>
  cron.cron.update(caller, id, UpdateCronJob.parse(change));

/** Lets a job fall due, and makes its run. */
const fall = async (id: string, milliseconds = minute) => {
  cron.pass(milliseconds);
  await cron.look(caller, id);
  await cron.makeRuns(caller);
};

describe('a job', () => {
  it('is ACTIVE at once, knows when it is due, and lies in the work index until then', async () => {
    const created = await cron.create(caller, { schedule: 'TZ=Asia/Tokyo 0 9 * * *' });
    expect(created).toMatchObject({
      status: 'ACTIVE',
      target_method: 'POST',
      target_payload: '',
      last_run_at: null,
      next_run_at: '2030-01-02T00:00:00.000Z',
      overlap_policy: 'skip',
      retry_policy: { max_attempts: 1, backoff_seconds: 10 },
      missed_runs: 0,
      skipped_runs: 0,
    });
    await cron.look(caller, created.id);
    expect(await cron.record(caller, created.id)).toMatchObject({
      next_attempt_at: '2030-01-02T00:00:00.000Z',
      observed_generation: 1,
      event: { action: 'create', phase: 'succeeded' },
    });
  });

  it('that is due is run once, and its next time is the one after now', async () => {
    const id = await settled({ target_payload: '{"a":1}' });
    await fall(id, minute + 500);
    expect(cron.calls).toHaveLength(1);
    expect(cron.calls[0]?.job.target_payload).toBe('{"a":1}');
    const [run, ...more] = await cron.history(caller, id);
    expect(more).toEqual([]);
    expect(run).toEqual({
      id: cron.calls[0]?.key,
      job_id: id,
      status: 'SUCCESS',
      trigger: 'schedule',
      planned_at: '2030-01-01T00:01:00.000Z',
      started_at: '2030-01-01T00:01:00.500Z',
      completed_at: '2030-01-01T00:01:00.500Z',
      attempts: 1,
      status_code: 200,
      response: 'done',
      duration_ms: 12,
    });
    expect(await get(id)).toMatchObject({
      last_run_at: '2030-01-01T00:01:00.500Z',
      next_run_at: '2030-01-01T00:02:00.000Z',
      missed_runs: 0,
    });
    await cron.look(caller, id);
    await cron.makeRuns(caller);
    expect(cron.calls).toHaveLength(1);
  });

  it('that was missed runs once, and what was missed is counted', async () => {
    const id = await settled();
    await fall(id, 7 * minute);
    expect(cron.calls).toHaveLength(1);
    expect(await get(id)).toMatchObject({ missed_runs: 6, next_run_at: '2030-01-01T00:08:00.000Z' });
    expect((await cron.history(caller, id))[0]?.planned_at).toBe('2030-01-01T00:01:00.000Z');
  });

  it('of an interval keeps to its times, however late it is looked at', async () => {
    const id = await settled({ schedule: '@every 90s' });
    await fall(id, 95_000);
    expect((await get(id)).next_run_at).toBe('2030-01-01T00:03:00.000Z');
  });

  it('that is paused has no next time and does not run; resumed, it counts from now', async () => {
    const id = await settled();
    expect(await cron.cron.pause(caller, id)).toEqual({ message: 'cron job paused' });
    expect(await get(id)).toMatchObject({ status: 'PAUSED', next_run_at: null });
    await fall(id, 10 * minute);
    expect(cron.calls).toEqual([]);
    expect(await cron.record(caller, id)).not.toHaveProperty('next_attempt_at');
    await cron.cron.pause(caller, id);
    expect(await cron.cron.resume(caller, id)).toEqual({ message: 'cron job resumed' });
    expect(await get(id)).toMatchObject({
      status: 'ACTIVE',
      next_run_at: '2030-01-01T00:11:00.000Z',
      missed_runs: 0,
    });
    await cron.look(caller, id);
    await fall(id);
    expect(cron.calls).toHaveLength(1);
  });

  it('that is deleted is gone at once, gives its name and then its quota back, and runs no more', async () => {
    cron = openCron(database.tables, { cron_jobs: 1 });
    const id = await settled({ name: 'only' });
    await expect(cron.create(caller)).rejects.toMatchObject({ type: 'RESOURCE_LIMIT_EXCEEDED' });
    expect(await cron.cron.delete(caller, id)).toEqual({ message: 'cron job deleted' });
    await expect(get(id)).rejects.toMatchObject({ type: 'NOT_FOUND' });
    cron.pass(minute);
    expect(await cron.look(caller, id)).toBe('forgotten');
    expect(cron.calls).toEqual([]);
    await cron.create(caller, { name: 'only' });
  });

  it('is changed, and a new schedule counts from now', async () => {
    const id = await settled({ name: 'old' });
    const after = await update(id, { name: 'new', schedule: '@hourly', target_method: 'PUT' });
    expect(after).toMatchObject({
      name: 'new',
      schedule: '@hourly',
      target_method: 'PUT',
      target_url: 'https://example.com/hook',
      next_run_at: '2030-01-01T01:00:00.000Z',
    });
    await cron.look(caller, id);
    await fall(id);
    expect(cron.calls).toEqual([]);
    await update(id, { retry_policy: { max_attempts: 3 } });
    expect((await get(id)).next_run_at).toBe('2030-01-01T01:00:00.000Z');
  });

  it('stays paused when it is changed', async () => {
    const id = await settled();
    await cron.cron.pause(caller, id);
    expect(await update(id, { schedule: '@hourly' })).toMatchObject({ status: 'PAUSED', next_run_at: null });
  });

  it('is listed with the tenant’s others alone, newest first', async () => {
    const first = await cron.create(caller);
    cron.pass(minute);
    const second = await cron.create(caller);
    await cron.create(newCaller());
    await cron.cron.pause(caller, first.id);
    const ids = async (state?: 'PAUSED') =>
      (await cron.cron.list(caller, everything, { state })).items.map(({ id }) => id);
    expect(await ids()).toEqual([second.id, first.id]);
    expect(await ids('PAUSED')).toEqual([first.id]);
  });

  it.each([
    ['of this machine', { target_url: 'http://127.0.0.1/' }],
    ['of a metadata service, in octal', { target_url: 'http://0251.0376.0251.0376/' }],
    ['that is no URL', { target_url: 'example.com/hook' }],
    ['that is empty', { target_url: '' }],
    ['beside another', { target: { type: 'queue', id: '019aa5c1-6a64-7194-a4b2-982732ad22b7' } }],
  ])('is refused with a target %s', async (_, change) => {
    await expect(cron.create(caller, change)).rejects.toMatchObject({ type: 'INVALID_INPUT' });
    const id = await settled();
    if ('target_url' in change && change.target_url !== '')
      await expect(update(id, change)).rejects.toMatchObject({ type: 'INVALID_INPUT' });
  });

  it('has a name of its own', async () => {
    await cron.create(caller, { name: 'taken' });
    await expect(cron.create(caller, { name: 'taken' })).rejects.toMatchObject({ type: 'CONFLICT' });
    await cron.create(newCaller(), { name: 'taken' });
  });
});

describe('a run', () => {
  it('of a slow target holds up no other: the next begins while it is under way, where it may', async () => {
    const id = await settled({ overlap_policy: 'allow' });
    for (let minutes = 1; minutes <= 3; minutes++) {
      cron.pass(minute);
      await cron.look(caller, id);
    }
    expect(await cron.underWay(caller)).toHaveLength(3);
    expect((await cron.history(caller, id)).map(({ status }) => status)).toEqual([
      'RUNNING',
      'RUNNING',
      'RUNNING',
    ]);
    await cron.makeRuns(caller);
    expect(new Set(cron.calls.map(({ key }) => key)).size).toBe(3);
  });

  it('is left out and counted while the one before is under way, where it may not overlap', async () => {
    const id = await settled();
    cron.pass(minute);
    await cron.look(caller, id);
    cron.pass(minute);
    await cron.look(caller, id);
    expect(await cron.underWay(caller)).toHaveLength(1);
    expect(await get(id)).toMatchObject({ skipped_runs: 1, next_run_at: '2030-01-01T00:03:00.000Z' });
    await cron.makeRuns(caller);
    await fall(id);
    expect(cron.calls).toHaveLength(2);
  });

  it('that fails is called again under the same key, until it succeeds', async () => {
    const id = await settled({ retry_policy: { max_attempts: 3, backoff_seconds: 10 } });
    cron.answerWith(() => answered(cron.calls.length < 3 ? 503 : 200));
    await fall(id);
    const [waiting] = await cron.underWay(caller);
    const wait = Date.parse(waiting?.next_attempt_at ?? '') - cron.clock.now();
    expect(wait).toBeGreaterThanOrEqual(5_000);
    expect(wait).toBeLessThanOrEqual(10_000);
    expect((await cron.history(caller, id))[0]).toMatchObject({
      status: 'RUNNING',
      status_code: 503,
      attempts: 1,
    });
    cron.pass(10_000);
    await cron.makeRuns(caller);
    cron.pass(20_000);
    await cron.makeRuns(caller);
    expect(cron.calls.map(({ key }) => key)).toEqual(Array(3).fill(cron.calls[0]?.key));
    expect((await cron.history(caller, id))[0]).toMatchObject({
      status: 'SUCCESS',
      attempts: 3,
      status_code: 200,
    });
  });

  it('fails when its last call has', async () => {
    const id = await settled({ retry_policy: { max_attempts: 2, backoff_seconds: 1 } });
    cron.answerWith(() => answered(500));
    await fall(id);
    cron.pass(1_000);
    await cron.makeRuns(caller);
    expect((await cron.history(caller, id))[0]).toMatchObject({
      status: 'FAILED',
      attempts: 2,
      status_code: 500,
    });
    expect(await cron.underWay(caller)).toEqual([]);
  });

  it('fails at once where another call would fare no better', async () => {
    const id = await settled({ retry_policy: { max_attempts: 5 } });
    cron.answerWith(() => answered(404));
    await fall(id);
    expect((await cron.history(caller, id))[0]).toMatchObject({
      status: 'FAILED',
      attempts: 1,
      status_code: 404,
    });
  });

  it('that our own fault keeps from its call fails, and says no more', async () => {
    const id = await settled();
    cron.answerWith(() => {
      throw new TypeError('a bug of ours');
    });
    await fall(id);
    expect((await cron.history(caller, id))[0]).toMatchObject({
      status: 'FAILED',
      error: 'an internal error',
    });
  });

  it('of a job that is deleted meanwhile makes no further call', async () => {
    const id = await settled({ retry_policy: { max_attempts: 5 } });
    cron.answerWith(() => answered(500));
    await fall(id);
    await cron.cron.delete(caller, id);
    cron.pass(minute);
    await cron.makeRuns(caller);
    expect(cron.calls).toHaveLength(1);
    expect(await cron.underWay(caller)).toEqual([]);
  });

  it('is not made for a suspended tenant: it counts as missed', async () => {
    const { tenant } = caller.principal;
    const id = await settled();
    await database.tables.write({ put: { ...identityKeys.user(tenant), status: 'SUSPENDED' } });
    await fall(id);
    expect(cron.calls).toEqual([]);
    expect(await get(id)).toMatchObject({ missed_runs: 1, status_reason: 'the tenant is suspended' });
  });

  it('by hand is made at once, paused or not, and leaves the times alone', async () => {
    const id = await settled();
    const run = await cron.cron.run(caller, id);
    expect(run).toMatchObject({ job_id: id, status: 'RUNNING', trigger: 'manual', attempts: 0 });
    await expect(cron.cron.run(caller, id)).rejects.toMatchObject({ type: 'CONFLICT' });
    await cron.makeRuns(caller);
    expect((await cron.history(caller, id))[0]).toMatchObject({ id: run.id, status: 'SUCCESS' });
    expect((await get(id)).next_run_at).toBe('2030-01-01T00:01:00.000Z');
    await cron.cron.pause(caller, id);
    await cron.cron.run(caller, id);
    await cron.makeRuns(caller);
    expect(cron.calls).toHaveLength(2);
  });

  it('is found page by page, and by its job’s owner alone', async () => {
    const id = await settled();
    for (let runs = 0; runs < 5; runs++) await fall(id);
    const page = (cursor?: string) =>
      cron.cron.listRuns(caller, id, { ...everything, paged: true, pageSize: 2, cursor });
    const first = await page();
    const second = await page(first.nextCursor);
    const third = await page(second.nextCursor);
    const planned = [first, second, third].flatMap(({ items }) =>
      items.map((run) => run.planned_at.slice(14, 16)),
    );
    expect(planned).toEqual(['05', '04', '03', '02', '01']);
    expect(third.nextCursor).toBeUndefined();
    await expect(page('x')).rejects.toMatchObject({ type: 'INVALID_INPUT' });
    await expect(cron.cron.listRuns(newCaller(), id, everything)).rejects.toMatchObject({
      type: 'NOT_FOUND',
    });
  });
});
