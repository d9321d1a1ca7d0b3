import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { networkLimits } from '../../../support/network.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { type Batch, newCaller, openBatch, recount } from './harness.ts';

let database: TestTables;
let batch: Batch;

beforeAll(async () => {
  database = await startTables();
  batch = openBatch(database.tables);
});
afterAll(() => database?.stop());

const launch = { action: 'instance.launch', parameters: { image: 'nginx', name: 'crew' } };
const usedOf = async (caller: ReturnType<typeof newCaller>, kind: string, quota: string) =>
  (
    await database.tables.get({ pk: `T#${caller.principal.tenant}#COUNTER`, sk: kind }, { consistent: true })
  )?.[`used_${quota}`];

describe('a job', () => {
  it('is accepted in pending, runs, and completes when what was asked for has come about', async () => {
    const caller = newCaller();
    const job = await batch.create(caller, { ...launch, count: 45 });
    expect(job).toMatchObject({ action: 'instance.launch', status: 'pending', concurrency: 100 });
    expect(job.counts).toEqual({ total: 45, pending: 45, running: 0, succeeded: 0, failed: 0, cancelled: 0 });
    expect(await usedOf(caller, 'BATCH_JOB', 'batch_jobs')).toBe(1);

    expect(await batch.worker.look(caller, job.id)).toBe('waiting');
    const running = await batch.jobs.get(caller, job.id);
    expect(running).toMatchObject({ status: 'running', started_at: expect.any(String) });
    expect(running.counts).toMatchObject({ pending: 0, running: 45 });

    const ended = await batch.run(caller, job.id);
    expect(ended).toMatchObject({ status: 'completed', succeeded: 45, completed_at: expect.any(String) });
    expect(ended.event).toMatchObject({ action: 'run', phase: 'succeeded' });
    expect(await usedOf(caller, 'BATCH_JOB', 'batch_jobs')).toBe(0);
    const items = await batch.itemsOf(caller, job.id);
    expect(items.map(({ index }) => index)).toEqual(Array.from({ length: 45 }, (_, index) => index));
    const { items: instances } = await batch.platform.instances.list(
      caller,
      { paged: false, pageSize: 20, sortBy: 'createdAt', sortDir: 'desc' },
      {},
    );
    expect(new Set(items.map(({ target_id }) => target_id))).toEqual(new Set(instances.map(({ id }) => id)));
    expect(instances[0]?.name).toMatch(/^crew-[0-9a-f]{8}$/);
    expect(instances[0]?.user_id).toBe(caller.principal.user);
  });

  it.each([
    ['instance.stop', 'RUNNING', 'STOPPED'],
    ['instance.start', 'STOPPED', 'RUNNING'],
    ['instance.restart', 'RUNNING', 'RUNNING'],
  ] as const)('of %s brings each instance from %s to %s', async (action, before, after) => {
    const caller = newCaller();
    const targets = await batch.makeInstances(caller, 25, () => ({ status: before }));
    const { id } = await batch.create(caller, { action, targets });
    await batch.worker.look(caller, id);
    expect((await batch.jobs.get(caller, id)).counts).toMatchObject({ running: 25 });
    expect(await batch.run(caller, id)).toMatchObject({ status: 'completed', succeeded: 25, failed: 0 });
    const instances = await batch.plans.many(caller.principal.tenant, targets);
    for (const instance of instances.values())
      expect(instance).toMatchObject({ status: after, generation: 2, observed_generation: 2 });
  });

  it('of instance.terminate ends when the machines are gone, and spares what is protected', async () => {
    const caller = newCaller();
    const targets = await batch.makeInstances(caller, 5, (index) => ({
      termination_protection: index === 3,
    }));
    const { id } = await batch.create(caller, { action: 'instance.terminate', targets });
    expect(await batch.run(caller, id)).toMatchObject({ status: 'completed', succeeded: 4, failed: 1 });
    const items = await batch.itemsOf(caller, id);
    expect(items[3]).toMatchObject({ status: 'failed', error: { type: 'CONFLICT' } });
    expect([...(await batch.plans.many(caller.principal.tenant, targets)).keys()]).toEqual([targets[3]]);
  });

  it('of instance.tag sets and takes away tags, and changes nothing else', async () => {
    const caller = newCaller();
    const targets = await batch.makeInstances(caller, 3, () => ({ tags: { old: '1', kept: '2' } }));
    const parameters = { set: { team: 'a' }, remove: ['old'] };
    const { id } = await batch.create(caller, { action: 'instance.tag', targets, parameters });
    expect(await batch.run(caller, id)).toMatchObject({ status: 'completed', succeeded: 3 });
    for (const instance of (await batch.plans.many(caller.principal.tenant, targets)).values())
      expect(instance).toMatchObject({ tags: { kept: '2', team: 'a' }, generation: 1, status: 'RUNNING' });
  });

  it('fails an item whose target is unknown or another tenant’s with NOT_FOUND, and goes on', async () => {
    const [caller, other] = [newCaller(), newCaller()];
    const [foreign = ''] = await batch.makeInstances(other, 1);
    const [mine = ''] = await batch.makeInstances(caller, 1);
    const targets = [randomUUID(), foreign, mine];
    const { id } = await batch.create(caller, { action: 'instance.stop', targets });
    expect(await batch.run(caller, id)).toMatchObject({ status: 'completed', failed: 2, succeeded: 1 });
    const items = await batch.itemsOf(caller, id);
    const absent = { status: 'failed', error: { type: 'NOT_FOUND', message: 'instance not found' } };
    expect(items).toMatchObject([absent, absent, { status: 'succeeded' }]);
    expect((await batch.plans.many(other.principal.tenant, [foreign])).get(foreign)).toMatchObject({
      generation: 1,
      version: 1,
    });
  });

  it('counts a target once, however often it is named', async () => {
    const caller = newCaller();
    const [one = ''] = await batch.makeInstances(caller, 1);
    const targets = [one, one.toUpperCase(), `urn:uuid:${one}`];
    expect((await batch.create(caller, { action: 'instance.stop', targets })).counts.total).toBe(1);
  });

  it('fails an item with the reason of its instance that ends in ERROR', async () => {
    const caller = newCaller();
    const { id } = await batch.create(caller, { ...launch, count: 3 });
    let nth = 0;
    await batch.run(caller, id, () =>
      nth++ === 1 ? { status: 'ERROR', status_reason: 'EC2 has no room for this' } : {},
    );
    const items = await batch.itemsOf(caller, id);
    expect(items.filter(({ status }) => status === 'failed')).toMatchObject([
      { error: { message: 'EC2 has no room for this' } },
    ]);
    expect((await batch.jobs.get(caller, id)).status).toBe('completed');
  });

  it('launches up to the quota, and fails the items beyond it with RESOURCE_LIMIT_EXCEEDED', async () => {
    const small = openBatch(database.tables, { limits: { ...networkLimits, instances: 33, batch_jobs: 5 } });
    const caller = newCaller();
    const { id } = await small.create(caller, { ...launch, count: 100 });
    expect(await small.run(caller, id)).toMatchObject({ status: 'completed', succeeded: 33, failed: 67 });
    const failed = (await small.itemsOf(caller, id)).filter(({ status }) => status === 'failed');
    expect(failed.every(({ error }) => error?.type === 'RESOURCE_LIMIT_EXCEEDED')).toBe(true);
    expect(await usedOf(caller, 'INSTANCE', 'instances')).toBe(33);
  });

  it('has no more items under way than its concurrency', async () => {
    const caller = newCaller();
    const { id } = await batch.create(caller, { ...launch, count: 60, concurrency: 7 });
    for (let looks = 0; looks < 3; looks++) {
      await batch.worker.look(caller, id);
      expect((await batch.jobs.get(caller, id)).counts.running).toBe(7);
      await batch.settleInstances(caller);
    }
    expect((await batch.run(caller, id)).succeeded).toBe(60);
  });

  it('that stops at errors begins nothing after the first one, and ends failed', async () => {
    const caller = newCaller();
    const there = await batch.makeInstances(caller, 60);
    const targets = [...there.slice(0, 30), randomUUID(), ...there.slice(30)];
    const { id } = await batch.create(caller, { action: 'instance.stop', targets, continue_on_error: false });
    await batch.worker.look(caller, id);
    const halted = await batch.jobs.get(caller, id);
    expect(halted).toMatchObject({ status: 'running' });
    expect(halted.counts).toMatchObject({ pending: 0, running: 30, failed: 1, cancelled: 30 });
    const behind = await batch.plans.many(caller.principal.tenant, there.slice(30));
    expect([...behind.values()].filter(({ generation }) => generation > 1)).toEqual([]);
    const ended = await batch.run(caller, id);
    expect(ended).toMatchObject({ status: 'failed', failed: 1 });
    expect(ended.event).toMatchObject({ phase: 'failed' });
    const { counts, fromItems } = recount(ended, await batch.itemsOf(caller, id));
    expect(counts).toEqual(fromItems);
  });

  it('of a suspended tenant begins nothing more', async () => {
    const suspended = openBatch(database.tables, { isSuspended: async () => true });
    const caller = newCaller();
    const { id } = await suspended.create(caller, { ...launch, count: 5 });
    const ended = await suspended.run(caller, id);
    expect(ended).toMatchObject({ status: 'cancelled', status_reason: 'the tenant is suspended' });
    expect(await usedOf(caller, 'INSTANCE', 'instances')).toBeUndefined();
  });
});

describe('a cancel', () => {
  it('cancels what is pending at once, and lets what is under way come to its end', async () => {
    const caller = newCaller();
    const { id } = await batch.create(caller, { ...launch, count: 50, concurrency: 20 });
    await batch.worker.look(caller, id);
    const cancelling = await batch.jobs.cancel(caller, id);
    expect(cancelling).toMatchObject({ status: 'running', desired_status: 'cancelled' });
    expect(cancelling.counts).toMatchObject({ pending: 0, running: 20, cancelled: 30 });
    const ended = await batch.run(caller, id);
    expect(ended).toMatchObject({ status: 'cancelled', succeeded: 20 });
    expect(ended.desired_status).toBeUndefined();
    const { counts, fromItems } = recount(ended, await batch.itemsOf(caller, id));
    expect(counts).toEqual(fromItems);
    expect(await batch.jobs.cancel(caller, id)).toMatchObject({ status: 'cancelled' });
  });

  it('of a job that has not begun lets nothing of it begin', async () => {
    const caller = newCaller();
    const { id } = await batch.create(caller, { ...launch, count: 5 });
    expect((await batch.jobs.cancel(caller, id)).counts).toMatchObject({ pending: 0, cancelled: 5 });
    expect(await batch.run(caller, id)).toMatchObject({ status: 'cancelled', succeeded: 0, running: 0 });
  });

  it('of a job that has completed is refused', async () => {
    const caller = newCaller();
    const { id } = await batch.create(caller, { ...launch, count: 1 });
    await batch.run(caller, id);
    await expect(batch.jobs.cancel(caller, id)).rejects.toMatchObject({ type: 'CONFLICT' });
  });
});

describe('a retry', () => {
  it('is a new job of just the failed items', async () => {
    const caller = newCaller();
    const there = await batch.makeInstances(caller, 30, (index) => ({
      status: index % 10 === 0 ? 'ERROR' : 'RUNNING',
    }));
    const { id } = await batch.create(caller, { action: 'instance.stop', targets: there, concurrency: 9 });
    await expect(batch.jobs.retry(caller, id)).rejects.toMatchObject({ type: 'CONFLICT' });
    expect(await batch.run(caller, id)).toMatchObject({ failed: 3, succeeded: 27 });
    const again = await batch.jobs.retry(caller, id);
    expect(again).toMatchObject({ retry_of: id, action: 'instance.stop', concurrency: 9, status: 'pending' });
    const targets = (await batch.itemsOf(caller, again.id)).map(({ target_id }) => target_id);
    expect(targets).toEqual([there[0], there[10], there[20]]);
  });

  it('of launches launches as many again, with the same parameters', async () => {
    const limits = { ...networkLimits, instances: 3, batch_jobs: 5 };
    const small = openBatch(database.tables, { limits });
    const caller = newCaller();
    const { id } = await small.create(caller, { ...launch, count: 5 });
    await small.run(caller, id);
    const again = await openBatch(database.tables).jobs.retry(caller, id);
    expect(again.counts.total).toBe(2);
    const larger = openBatch(database.tables);
    expect(await larger.run(caller, again.id)).toMatchObject({ status: 'completed', succeeded: 2 });
  });

  it('of a job without a failed item is refused', async () => {
    const caller = newCaller();
    const { id } = await batch.create(caller, { ...launch, count: 1 });
    await batch.run(caller, id);
    await expect(batch.jobs.retry(caller, id)).rejects.toMatchObject({ type: 'CONFLICT' });
  });
});

describe('a selector', () => {
  it.each([
    ['a state', { state: 'STOPPED' }, [0, 3, 6, 9]],
    ['a tag', { tag: 'team:a' }, [0, 2, 4, 6, 8]],
    ['a name pattern', { name: 'web-?' }, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['all of them together', { state: 'STOPPED', tag: 'team:a', name: 'w*-*' }, [0, 6]],
  ])(
    'of %s takes what is so when the job is created, in the order of creation',
    async (_, selector, chosen) => {
      const caller = newCaller();
      const there = await batch.makeInstances(caller, 10, (index) => ({
        status: index % 3 === 0 ? 'STOPPED' : 'RUNNING',
        ...(index % 2 === 0 && { tags: { team: 'a' } }),
      }));
      const parsed = { ...selector };
      const { id } = await batch.create(caller, { action: 'instance.stop', selector: parsed });
      await batch.makeInstances(caller, 3, () => ({ status: 'STOPPED', tags: { team: 'a' } }));
      const targets = (await batch.itemsOf(caller, id)).map(({ target_id }) => target_id);
      expect(targets).toEqual(chosen.map((index) => there[index]));
    },
  );
});

describe('what is refused', () => {
  const id = randomUUID();
  it.each([
    ['an unknown action', { action: 'instance.paint', targets: [id] }, 'action'],
    ['no targets', { action: 'instance.stop' }, 'targets'],
    ['empty targets', { action: 'instance.stop', targets: [] }, 'targets'],
    [
      'a selector that selects nothing',
      { action: 'instance.stop', selector: { state: 'ERROR' } },
      'selector',
    ],
    ['targets and selector', { action: 'instance.stop', targets: [id], selector: { name: '*' } }, 'selector'],
    ['a count for what is there', { action: 'instance.stop', targets: [id], count: 3 }, 'count'],
    ['targets of a launch', { ...launch, targets: [id], count: 1 }, 'targets'],
    ['a launch without a count', launch, 'count'],
    ['a launch without an image', { action: 'instance.launch', count: 1 }, 'parameters.image'],
    [
      'an image that nobody may launch',
      { action: 'instance.launch', count: 1, parameters: { image: 'ami-0123456789abcdef9' } },
      'parameters.image',
    ],
    [
      'parameters that the action does not know',
      { action: 'instance.stop', targets: [id], parameters: { force: true } },
      'parameters.force',
    ],
    ['tags neither set nor removed', { action: 'instance.tag', targets: [id] }, 'parameters'],
  ])('%s, with INVALID_INPUT naming the field', async (_, input, path) => {
    const refused = await batch.create(newCaller(), input).catch((error: unknown) => error);
    expect(refused).toMatchObject({ type: 'INVALID_INPUT', issues: [{ path }] });
  });

  it.each([
    ['instance.launch', 'instance:launch'],
    ['instance.stop', 'instance:update'],
    ['instance.terminate', 'instance:terminate'],
  ])('%s without the permission %s, which is named', async (action, permission) => {
    const caller = newCaller();
    const principal = { ...caller.principal, permissions: new Set(['instance:read']) };
    const input =
      action === 'instance.launch' ? { ...launch, count: 1 } : { action, targets: [randomUUID()] };
    await expect(batch.create({ ...caller, principal }, input)).rejects.toMatchObject({
      type: 'FORBIDDEN',
      message: expect.stringContaining(permission),
    });
  });

  it('a cancel and a retry by who may not do the action', async () => {
    const caller = newCaller();
    const { id: job } = await batch.create(caller, { ...launch, count: 1 });
    const reader = { ...caller, principal: { ...caller.principal, permissions: new Set(['instance:read']) } };
    await expect(batch.jobs.cancel(reader, job)).rejects.toMatchObject({ type: 'FORBIDDEN' });
    await expect(batch.jobs.retry(reader, job)).rejects.toMatchObject({ type: 'FORBIDDEN' });
    expect((await batch.jobs.get(reader, job)).counts.pending).toBe(1);
  });

  it('an unfinished job too many', async () => {
    const few = openBatch(database.tables, { limits: { ...networkLimits, batch_jobs: 2 } });
    const caller = newCaller();
    const first = await few.create(caller, { ...launch, count: 1 });
    await few.create(caller, { ...launch, count: 1 });
    await expect(few.create(caller, { ...launch, count: 1 })).rejects.toMatchObject({
      type: 'RESOURCE_LIMIT_EXCEEDED',
    });
    await few.run(caller, first.id);
    await few.create(caller, { ...launch, count: 1 });
  });

  it('another tenant’s job, as one that is not there', async () => {
    const { id: job } = await batch.create(newCaller(), { ...launch, count: 1 });
    const other = newCaller();
    for (const attempt of [batch.jobs.get, batch.jobs.cancel, batch.jobs.retry])
      await expect(attempt.call(batch.jobs, other, job)).rejects.toMatchObject({ type: 'NOT_FOUND' });
  });
});

describe('while the backend fails', () => {
  it('nothing begins, the job says why, a probe goes first, and with its success all goes on', async () => {
    let time = Date.now();
    const guarded = openBatch(database.tables, { clock: { now: () => time } });
    const caller = newCaller();
    for (let count = 0; count < 5; count++) await guarded.breakers.failed('ec2', 'InternalError');
    const { id } = await guarded.create(caller, { ...launch, count: 30 });
    await guarded.worker.look(caller, id);
    const waiting = await guarded.find(caller, id);
    expect(waiting).toMatchObject({ status: 'pending', running: 0 });
    expect(waiting.status_reason).toMatch(/^ec2 fails: nothing new begins before /);
    const tags = await guarded.create(caller, {
      action: 'instance.tag',
      targets: await guarded.makeInstances(caller, 2),
      parameters: { set: { a: 'b' } },
    });
    expect(await guarded.run(caller, tags.id)).toMatchObject({ status: 'completed', succeeded: 2 });

    time += 30_000;
    await guarded.worker.look(caller, id);
    expect(await guarded.find(caller, id)).toMatchObject({ status: 'running', running: 1 });
    await guarded.worker.look(caller, id);
    expect((await guarded.find(caller, id)).running).toBe(1);
    await guarded.breakers.succeeded('ec2');
    expect(await guarded.run(caller, id)).toMatchObject({ status: 'completed', succeeded: 30 });
  });
});
