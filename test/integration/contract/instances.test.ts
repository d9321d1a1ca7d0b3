import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, newAccount } from '../../support/api-client.ts';
import { type RunningEngine, runEngine } from '../../support/engine.ts';
import { eventually } from '../../support/eventually.ts';
import { becomes, settledInstance } from '../../support/settled.ts';
import { expectEnvelope, expectError } from '../../support/wire.ts';

interface Instance {
  id: string;
  user_id: string;
  name: string;
  status: string;
  ports?: string;
  tags?: Record<string, string>;
  version: number;
}

describe('contract 2.3: instances', () => {
  let engine: RunningEngine;
  let user: Account;

  beforeAll(async () => {
    engine = await runEngine();
    user = await newAccount(engine.url);
  });
  afterAll(() => engine?.stop());

  const nothingBoots = ({ api }: Account) =>
    eventually(
      'none of the account’s instances boots',
      async () => (await api.get<Instance[]>('/instances')).data.every(({ status }) => status !== 'STARTING'),
      20_000,
    );

  const launch = (body: Record<string, unknown>) =>
    user.api.post<Instance>('/instances', { image: 'al2023', ...body });

  it('launches from the SDK’s body of six keys, empty text and null meaning nothing', async () => {
    const answer = await user.api.post<Instance>(
      '/instances',
      '{"name":"sdk","image":"ubuntu-24.04","ports":"","vpc_id":"","subnet_id":"","volumes":null}',
      { headers: { 'user-agent': 'go-resty/2.17.0 (https://github.com/go-resty/resty)' } },
    );
    expect(answer.status).toBe(201);
    expectEnvelope(answer);
    expect(answer.headers.get('location')).toBe(`/instances/${answer.data.id}`);
    expect(answer.data).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      user_id: user.id,
      name: 'sdk',
      image: 'ubuntu-24.04',
      status: 'STARTING',
      desired_status: 'RUNNING',
      instance_type: 't3.micro',
      zone: expect.any(String),
      termination_protection: false,
      version: 1,
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    });
    const running = await becomes(user.api, answer.data.id, 'RUNNING');
    expect(running).toMatchObject({
      container_id: expect.stringMatching(/^i-/),
      private_ip: expect.stringMatching(/^\d+(\.\d+){3}$/),
    });
  });

  it('trims the name and counts its versions', async () => {
    const answer = await launch({ name: '  padded  ' });
    expect([answer.status, answer.data.name, answer.data.version]).toEqual([201, 'padded', 1]);
    await becomes(user.api, answer.data.id, 'RUNNING');
    const before = (await user.api.get<Instance>(`/instances/${answer.data.id}`)).data.version;
    const patched = await user.api.patch<Instance>(`/instances/${answer.data.id}`, { name: 'bare' });
    expect([patched.status, patched.data.name, patched.data.version]).toEqual([200, 'bare', before + 1]);
  });

  it.each([
    ['one pair', '8080:80'],
    ['ten pairs', Array.from({ length: 10 }, (_, n) => `${9000 + n}:80`).join(',')],
    ['host port 0, for any free one', '0:80'],
    ['the highest ports', '65535:65535'],
    ['the same host port twice', '80:80,80:81'],
  ])('accepts ports with %s: %s', async (_, ports) => {
    const answer = await launch({ name: 'ports', ports });
    expect([answer.status, answer.data.ports]).toEqual([201, ports]);
  });

  it('accepts the same host port and the same name of many instances', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => launch({ name: 'twin', ports: '80:80' })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(201));
  });

  it('lists all of the tenant’s instances, newest first, and nobody else’s', async () => {
    const other = await newAccount(engine.url, 'lister');
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c'])
      ids.push((await other.api.post<Instance>('/instances', { name, image: 'al2023' })).data.id);
    const { data } = await other.api.get<Instance[]>('/instances');
    expect(data.map(({ id }) => id)).toEqual(ids.reverse());
    await nothingBoots(other);
  });

  it('stops with 200, again with 200, and starts, restarts and starts a running one with 200', async () => {
    const id = await settledInstance(user.api, 'cycle');
    const message = async (verb: string) => {
      const answer = await user.api.post<{ message: string }>(`/instances/${id}/${verb}`);
      expect([verb, answer.status, typeof answer.data?.message]).toEqual([verb, 200, 'string']);
    };
    await message('stop');
    await becomes(user.api, id, 'STOPPED');
    await message('stop');
    const restart = await user.api.post(`/instances/${id}/restart`);
    expect([restart.status, restart.body.error.type]).toEqual([409, 'INSTANCE_NOT_RUNNING']);
    await message('start');
    await becomes(user.api, id, 'RUNNING');
    await message('start');
    await message('restart');
  });

  it('deletes with 200; the instance is gone at once, the name too', async () => {
    const id = await settledInstance(user.api, 'short-lived');
    const answer = await user.api.delete<{ message: string }>(`/instances/${id}`);
    expect([answer.status, typeof answer.data.message]).toEqual([200, 'string']);
    for (const key of [id, 'short-lived']) {
      const gone = await user.api.get(`/instances/${key}`);
      expectError(gone);
      expect([gone.status, gone.body.error.type]).toEqual([404, 'NOT_FOUND']);
    }
    const { data } = await user.api.get<Instance[]>('/instances');
    expect(data.map((one) => one.id)).not.toContain(id);
    expect((await user.api.delete(`/instances/${id}`)).status).toBe(404);
  });

  it('protects from termination unless the name confirms it', async () => {
    const id = await settledInstance(user.api, 'precious', { termination_protection: true });
    for (const query of ['', '?confirm=other']) {
      const refused = await user.api.delete(`/instances/${id}${query}`);
      expect([refused.status, refused.body.error.type]).toEqual([409, 'CONFLICT']);
    }
    expect((await user.api.delete(`/instances/${id}?confirm=precious`)).status).toBe(200);
  });

  it('gives logs as text, stats, console and metrics; 409 where no machine is behind it yet', async () => {
    const id = await settledInstance(user.api, 'talkative');
    const logs = await user.api.get(`/instances/${id}/logs`);
    expect([logs.status, logs.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
    const stats = await user.api.get(`/instances/${id}/stats`);
    expectEnvelope(stats);
    expect(stats.data).toEqual({
      cpu_percentage: expect.any(Number),
      memory_usage_bytes: expect.any(Number),
      memory_limit_bytes: 1_073_741_824,
      memory_percentage: expect.any(Number),
    });
    const metrics = await user.api.get(`/instances/${id}/metrics?resolution=300`);
    expectEnvelope(metrics);
    expect(metrics.data).toEqual({
      from: expect.any(String),
      to: expect.any(String),
      resolution: 300,
      cpu: expect.any(Array),
      memory: [],
      network_in: expect.any(Array),
      network_out: expect.any(Array),
    });
    const console = await user.api.get<{ output: string }>(`/instances/${id}/console`);
    expect([console.status, typeof console.data.output]).toEqual([200, 'string']);
    engine.standIns.ec2.faults.add({ action: 'RunInstances', kind: 'throttle' });
    const waiting = await launch({ name: 'waiting' });
    try {
      for (const what of ['logs', 'stats', 'console', 'metrics']) {
        const early = await user.api.get(`/instances/${waiting.data.id}/${what}`);
        expectError(early);
        expect([early.status, early.body.error.type]).toEqual([409, 'INSTANCE_NOT_RUNNING']);
      }
    } finally {
      engine.standIns.ec2.faults.clear();
    }
    await becomes(user.api, waiting.data.id, 'RUNNING', 20_000);
  });

  it('shows an instance that failed to launch as ERROR with the reason; start and stop answer 409, delete 200', async () => {
    await nothingBoots(user);
    engine.standIns.ec2.failNextBoot(1);
    const { data } = await launch({ name: 'broken' });
    const broken = await becomes(user.api, data.id, 'ERROR', 20_000);
    expect(broken).toMatchObject({ status_reason: expect.stringMatching(/\S/) });
    const start = await user.api.post(`/instances/${data.id}/start`);
    expect([start.status, start.body.error.type]).toEqual([409, 'CONFLICT']);
    expect((await user.api.post(`/instances/${data.id}/stop`)).status).toBe(409);
    expect((await user.api.delete(`/instances/${data.id}`)).status).toBe(200);
  });

  it('changes name and tags, and refuses any other field by name', async () => {
    const id = await settledInstance(user.api, 'plain', { tags: { env: 'dev' } });
    const patched = await user.api.patch<Instance>(`/instances/${id}`, { tags: { env: 'prod', 'a:b': 'c' } });
    expect([patched.status, patched.data.tags, patched.data.name]).toEqual([
      200,
      { env: 'prod', 'a:b': 'c' },
      'plain',
    ]);
    for (const field of ['image', 'status', 'id', 'instance_type', 'tenant']) {
      const refused = await user.api.patch(`/instances/${id}`, { name: 'x', [field]: 'x' });
      expect(refused.status).toBe(400);
      expect(refused.body.error.details).toEqual([{ path: field, message: expect.any(String) }]);
    }
    expect((await user.api.get<Instance>(`/instances/${id}`)).data.name).toBe('plain');
  });

  it('keeps a history of who did what, when and how it ended', async () => {
    const id = await settledInstance(user.api, 'historic');
    const stop = await user.api.post(`/instances/${id}/stop`);
    const actions = await eventually('the history', async () => {
      const { data } = await user.api.get<Record<string, string>[]>(`/instances/${id}/actions`);
      return data.length === 2 && data.every(({ outcome }) => outcome === 'succeeded') ? data : undefined;
    });
    expect(actions[0]).toEqual({
      id: expect.any(String),
      action: 'stop',
      user: user.id,
      request_id: stop.headers.get('x-request-id'),
      requested_at: expect.stringMatching(/Z$/),
      completed_at: expect.stringMatching(/Z$/),
      outcome: 'succeeded',
    });
  });

  it('shows what the tenant uses of its quotas', async () => {
    const other = await newAccount(engine.url, 'quotas');
    await other.api.post('/instances', { name: 'x', image: 'al2023', instance_type: 't3.xlarge' });
    const { status, data } = await other.api.get('/quotas');
    expect(status).toBe(200);
    expect(data).toEqual([
      { resource: 'instances', used: 1, limit: 2000 },
      { resource: 'vcpus', used: 4, limit: 4000 },
      { resource: 'vpcs', used: 0, limit: 100 },
      { resource: 'subnets', used: 0, limit: 1000 },
      { resource: 'security_groups', used: 0, limit: 1000 },
      { resource: 'volumes', used: 0, limit: 2000 },
      { resource: 'volume_gib', used: 0, limit: 100_000 },
      { resource: 'snapshots', used: 0, limit: 2000 },
      { resource: 'snapshot_schedules', used: 0, limit: 500 },
      { resource: 'load_balancers', used: 0, limit: 100 },
      { resource: 'scaling_groups', used: 0, limit: 100 },
      { resource: 'batch_jobs', used: 0, limit: 100 },
      { resource: 'gateway_routes', used: 0, limit: 500 },
      { resource: 'objects', used: 0, limit: 1_000_000 },
      { resource: 'object_bytes', used: 0, limit: 107_374_182_400 },
      { resource: 'queues', used: 0, limit: 1_000 },
      { resource: 'topics', used: 0, limit: 500 },
      { resource: 'subscriptions', used: 0, limit: 5_000 },
      { resource: 'secrets', used: 0, limit: 2_000 },
      { resource: 'functions', used: 0, limit: 500 },
      { resource: 'event_sources', used: 0, limit: 2_000 },
      { resource: 'cron_jobs', used: 0, limit: 2_000 },
    ]);
  });

  it.each(['vpc_id', 'subnet_id'])(
    'answers 404 to an unknown %s and leaves nothing behind',
    async (field) => {
      const before = (await user.api.get<Instance[]>('/instances')).data.length;
      const answer = await launch({ name: 'orphan', [field]: randomUUID() });
      expect([answer.status, answer.body.error.type]).toEqual([404, 'NOT_FOUND']);
      expect((await user.api.get<Instance[]>('/instances')).data).toHaveLength(before);
    },
  );
});
