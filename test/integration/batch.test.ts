import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAdministrator } from '../support/administrator.ts';
import { type Account, newAccount } from '../support/api-client.ts';
import { createJob, itemsOf, type Job, type JobItem, jobEnds } from '../support/batch-jobs.ts';
import { type RunningEngine, runEngine } from '../support/engine.ts';
import { ephemeralItems } from '../support/engine-inspection.ts';
import { eventually } from '../support/eventually.ts';
import { settledInstance } from '../support/settled.ts';

interface Instance {
  id: string;
  status: string;
  tags?: Record<string, string>;
}

describe('batch jobs through the API, the queues and the cloud', () => {
  let engine: RunningEngine;
  let user: Account;
  let other: Account;

  beforeAll(async () => {
    engine = await runEngine();
    user = await newAccount(engine.url, 'batch');
    other = await newAccount(engine.url, 'other');
  });
  afterAll(() => engine?.stop());

  const launch = (count: number, more: Record<string, unknown> = {}) => ({
    action: 'instance.launch',
    count,
    parameters: { image: 'al2023', name: 'crew', tags: { crew: 'one' } },
    ...more,
  });

  it('launch, tag, stop, start, restart and terminate what a selector means', async () => {
    const launched = await user.api.post<Job>('/batch/jobs', launch(25));
    expect(launched.status).toBe(201);
    expect(launched.headers.get('location')).toBe(`/batch/jobs/${launched.data.id}`);
    expect(launched.data).toMatchObject({ status: 'pending', counts: { total: 25, pending: 25 } });
    expect(await jobEnds(user.api, launched.data.id)).toMatchObject({
      status: 'completed',
      counts: { succeeded: 25, failed: 0 },
    });
    const ids = (await itemsOf(user.api, launched.data.id)).map(({ target_id }) => target_id);
    const running = (await user.api.get<Instance[]>('/instances?state=RUNNING')).data;
    expect(new Set(running.map(({ id }) => id))).toEqual(new Set(ids));

    const selector = { tag: 'crew:one' };
    const steps = [
      ['instance.tag', { set: { shift: 'night' } }, 'RUNNING'],
      ['instance.stop', undefined, 'STOPPED'],
      ['instance.start', undefined, 'RUNNING'],
      ['instance.restart', undefined, 'RUNNING'],
    ] as const;
    for (const [action, parameters, status] of steps) {
      const { id } = await createJob(user.api, { action, selector, parameters });
      expect(await jobEnds(user.api, id)).toMatchObject({ status: 'completed', counts: { succeeded: 25 } });
      const after = (await user.api.get<Instance[]>('/instances')).data;
      expect(new Set(after.map((instance) => instance.status))).toEqual(new Set([status]));
      expect(after[0]?.tags).toEqual({ crew: 'one', shift: 'night' });
    }

    const end = await createJob(user.api, { action: 'instance.terminate', selector: { name: 'crew-*' } });
    expect(await jobEnds(user.api, end.id)).toMatchObject({
      status: 'completed',
      counts: { succeeded: 25 },
    });
    expect((await user.api.get<Instance[]>('/instances')).data).toEqual([]);
    expect(engine.standIns.ec2.inspect().filter(({ state }) => state !== 'terminated')).toEqual([]);
    const quotas = (await user.api.get<{ resource: string; used: number }[]>('/quotas')).data;
    expect(quotas.filter(({ used }) => used > 0)).toEqual([]);
  });

  it('show their items by status, page by page, and retry the failed ones', async () => {
    const there = await settledInstance(user.api, 'lonely');
    const targets = [...Array.from({ length: 30 }, () => randomUUID()), there];
    const job = await createJob(user.api, { action: 'instance.stop', targets });
    expect(await jobEnds(user.api, job.id)).toMatchObject({ counts: { failed: 30, succeeded: 1 } });
    const second = await user.api.get<JobItem[]>(
      `/batch/jobs/${job.id}/items?status=failed&page=2&pageSize=20`,
    );
    expect(second.data).toHaveLength(10);
    expect(second.data[0]).toMatchObject({ index: 20, target_id: targets[20], error: { type: 'NOT_FOUND' } });
    expect(JSON.parse(second.headers.get('x-pagination') ?? '')).toMatchObject({ total: 30, totalPages: 2 });
    const again = await user.api.post<Job>(`/batch/jobs/${job.id}/retry`);
    expect(again.status).toBe(201);
    expect(again.data).toMatchObject({ retry_of: job.id, counts: { total: 30 } });
    expect(await jobEnds(user.api, again.data.id)).toMatchObject({ counts: { failed: 30 } });
    const listed = (await user.api.get<Job[]>('/batch/jobs?state=completed')).data;
    expect(listed.map(({ id }) => id).slice(0, 2)).toEqual([again.data.id, job.id]);
  });

  it('are answered once for one Idempotency-Key', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const input = { action: 'instance.tag', targets: [randomUUID()], parameters: { set: { a: 'b' } } };
    const [first, second] = [
      await user.api.post<Job>('/batch/jobs', input, { headers }),
      await user.api.post<Job>('/batch/jobs', input, { headers }),
    ];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.data.id).toBe(first.data.id);
  });

  it('that are cancelled let what is under way come to its end, and begin nothing more', async () => {
    engine.standIns.ec2.setBootMilliseconds(1_500);
    try {
      const { id } = await createJob(user.api, launch(40, { concurrency: 5 }));
      await eventually('five are under way', async () => {
        const { data } = await user.api.get<Job>(`/batch/jobs/${id}`);
        return data.counts.running === 5;
      });
      expect((await user.api.post<Job>(`/batch/jobs/${id}/cancel`)).status).toBe(200);
      const ended = await jobEnds(user.api, id);
      expect(ended.status).toBe('cancelled');
      expect(ended.counts.cancelled).toBeGreaterThan(0);
      expect(ended.counts.succeeded + ended.counts.cancelled).toBe(40);
    } finally {
      engine.standIns.ec2.setBootMilliseconds(200);
    }
  });

  it('tell of their end on the bus, in the history of the job', async () => {
    const { id } = await createJob(user.api, launch(1));
    await jobEnds(user.api, id);
    await eventually('the history says that the job has run', async () =>
      (await ephemeralItems(engine)).some(
        ({ pk, action, outcome }) =>
          String(pk).endsWith(`#BATCH_JOB#${id}#ACTIONS`) && action === 'run' && outcome === 'succeeded',
      ),
    );
  });

  it('of one tenant with 10,000 items do not delay the one item of another', async () => {
    const mine = await settledInstance(other.api, 'mine');
    const input = { action: 'instance.tag', targets: [mine], parameters: { set: { a: 'b' } } };
    const timeOf = async (): Promise<number> => {
      const startedAt = performance.now();
      const { id } = await createJob(other.api, input);
      expect((await jobEnds(other.api, id)).counts.succeeded).toBe(1);
      return performance.now() - startedAt;
    };
    const alone = await timeOf();
    const targets = Array.from({ length: 10_000 }, () => randomUUID());
    const large = await createJob(user.api, { ...input, targets });
    await eventually('the large job is under way', async () => {
      const { data } = await user.api.get<Job>(`/batch/jobs/${large.id}`);
      return data.counts.failed > 0;
    });
    const besides = await timeOf();
    const { counts } = (await user.api.get<Job>(`/batch/jobs/${large.id}`)).data;
    expect(counts.pending, 'the large job still goes on').toBeGreaterThan(0);
    expect(besides).toBeLessThan(alone + 3_000);
    expect((await jobEnds(user.api, large.id, 120_000)).counts).toMatchObject({ failed: 10_000 });
  });

  it('wait while EC2 fails, which administrators see, and go on when it is well again', async () => {
    const admin = await makeAdministrator(engine);
    const circuit = async () =>
      (await admin.api.get<{ backend: string; state: string; reason?: string }[]>('/admin/circuit-breakers'))
        .data[0];
    expect(await circuit()).toMatchObject({ backend: 'ec2', state: 'closed' });
    expect((await user.api.get('/admin/circuit-breakers')).status).toBe(403);
    const heal = engine.standIns.ec2.faults.add({ action: '*', kind: 'throttle' });
    try {
      for (let count = 0; count < 6; count++)
        await user.api.post('/instances', { name: `patient-${count}`, image: 'al2023' });
      await eventually('the breaker is open', async () => (await circuit())?.state === 'open', 60_000);
      expect(await circuit()).toMatchObject({ reason: 'RequestLimitExceeded', until: expect.any(String) });
      const { id } = await createJob(user.api, launch(3));
      await eventually('the job says what it waits for', async () => {
        const { data } = await user.api.get<Job>(`/batch/jobs/${id}`);
        return data.status_reason?.startsWith('ec2 fails') && data.counts.pending === 3;
      });
      heal();
      expect(await jobEnds(user.api, id)).toMatchObject({ status: 'completed', counts: { succeeded: 3 } });
      await eventually('the breaker is closed', async () => (await circuit())?.state === 'closed', 30_000);
    } finally {
      heal();
    }
  });
});
