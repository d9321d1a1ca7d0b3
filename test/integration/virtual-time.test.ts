import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Action } from '../../lib/services/actions/schema.ts';
import type { Account, ApiClient } from '../support/api-client.ts';
import { eventually } from '../support/eventually.ts';
import { becomes } from '../support/settled.ts';
import { hour, minute, runVirtualEngine, second, type VirtualEngine } from '../support/virtual-engine.ts';

interface Instance {
  id: string;
  status: string;
  desired_status?: string;
}

const bootMilliseconds = 200;
const newPassword = 'Another-horse-battery-8';

let engine: VirtualEngine;
let user: Account;

beforeAll(async () => {
  engine = await runVirtualEngine();
  engine.standIns.ec2.setBootMilliseconds(bootMilliseconds);
  user = await engine.newAccount();
});
afterAll(() => engine?.stop());

const statusOf = async (sent: ReturnType<ApiClient['request']>): Promise<number> => (await sent).status;

const machineOf = (id: string) =>
  engine.standIns.ec2.inspect().find(({ tags }) => Object.values(tags).includes(id));
const machineBecomes = (id: string, state: string) =>
  eventually(`the machine of ${id} is ${state}`, async () => machineOf(id)?.state === state);

/** Launches, and waits until EC2 has the machine and the reconciler's own look is put off. */
const launch = async (api: ApiClient): Promise<string> => {
  const before = engine.delayed('reconcile-ec2');
  const { status, data, text } = await api.post<Instance>('/instances', { name: 'timed', image: 'al2023' });
  expect(status, text).toBe(201);
  await machineBecomes(data.id, 'pending');
  await eventually('the next look has its time', async () => engine.delayed('reconcile-ec2') > before);
  return data.id;
};

const running = async (api: ApiClient): Promise<string> => {
  const id = await launch(api);
  await engine.pass(bootMilliseconds);
  await becomes(api, id, 'RUNNING');
  return id;
};

const mailedToken = (email: string, count: number) =>
  eventually(`mail number ${count}`, async () => {
    const mails = engine.standIns.mailbox().filter(({ to }) => to.includes(email));
    return mails.length === count && /\b[0-9a-f]{64}\b/.exec(JSON.stringify(mails.at(-1)))?.[0];
  });

describe('as time goes by', () => {
  it('a login that failed five times is locked for 15 minutes, the right password or not', async () => {
    const { email, password } = await engine.newAccount();
    const login = (attempt: string) =>
      statusOf(engine.anonymous.post('/auth/login', { email, password: attempt }));
    for (let failures = 0; failures < 5; failures++) expect(await login('wrong')).toBe(401);
    expect(await login(password)).toBe(401);
    await engine.pass(15 * minute - second);
    expect(await login(password)).toBe(401);
    await engine.pass(2 * second);
    expect(await login(password)).toBe(200);
  });

  it('an access token ends after 15 minutes, and its refresh token gives another', async () => {
    const { email, password } = user;
    const { data } = await engine.anonymous.post<{ access_token: string; refresh_token: string }>(
      '/auth/token',
      { email, password },
    );
    const works = (token: string) =>
      statusOf(engine.anonymous.get('/instances', { headers: { authorization: `Bearer ${token}` } }));
    expect(await works(data.access_token)).toBe(200);
    await engine.pass(15 * minute - second);
    expect(await works(data.access_token)).toBe(200);
    await engine.pass(10 * second);
    expect(await works(data.access_token)).toBe(401);
    const { refresh_token } = data;
    const next = await engine.anonymous.post<{ access_token: string }>('/auth/token', { refresh_token });
    expect(await works(next.data.access_token)).toBe(200);
  });

  it('an invitation for one hour lets nobody in after it', async () => {
    const invite = async () =>
      (await engine.admin.post<{ invitation: string }>('/admin/invitations', { expires_in_hours: 1 })).data
        .invitation;
    const register = (invitation: string, name: string) =>
      statusOf(
        engine.anonymous.post('/auth/register', {
          email: `${name}@example.com`,
          password: newPassword,
          name: 'Invited',
          invitation,
        }),
      );
    const [first, last] = [await invite(), await invite()];
    await engine.pass(hour - second);
    expect(await register(first, 'in-time')).toBe(201);
    await engine.pass(2 * second);
    expect(await register(last, 'too-late')).toBe(403);
  });

  it('a reset token is good for an hour', async () => {
    const { email } = await engine.newAccount();
    const ask = () => statusOf(engine.anonymous.post('/auth/forgot-password', { email }));
    const reset = (token: string) =>
      statusOf(engine.anonymous.post('/auth/reset-password', { token, new_password: newPassword }));
    expect(await ask()).toBe(200);
    const first = await mailedToken(email, 1);
    await engine.pass(hour + second);
    expect(await reset(first)).toBe(400);
    expect(await ask()).toBe(200);
    const another = await mailedToken(email, 2);
    await engine.pass(hour - second);
    expect(await reset(another)).toBe(200);
    const login = { email, password: newPassword };
    expect(await statusOf(engine.anonymous.post('/auth/login', login))).toBe(200);
  });

  it('a revoked key that a function has cached ends within 30 seconds', async () => {
    const made = await user.api.post<{ id: string; key: string }>('/auth/keys', { name: 'short' });
    const works = () => statusOf(engine.anonymous.as(made.data.key).get('/instances'));
    expect(await works()).toBe(200);
    expect(await statusOf(user.api.delete(`/auth/keys/${made.data.id}`))).toBe(204);
    expect(await works()).toBe(200);
    await engine.pass(30 * second);
    expect(await works()).toBe(401);
  });

  it('an idempotency key is remembered for 24 hours', async () => {
    const send = () =>
      user.api.post<Instance>(
        '/instances',
        { name: 'daily', image: 'al2023' },
        { headers: { 'idempotency-key': 'daily' } },
      );
    const first = (await send()).data.id;
    await machineBecomes(first, 'pending');
    await engine.pass(bootMilliseconds);
    await becomes(user.api, first, 'RUNNING');
    await engine.sleep(24 * hour - minute);
    expect((await send()).data.id).toBe(first);
    await engine.pass(minute + second);
    expect((await send()).data.id).not.toBe(first);
  });
});

describe('an instance', () => {
  it('whose state change no event told of is found by the reconciler’s own look', async () => {
    const id = await launch(user.api);
    engine.standIns.ec2.loseNextEvent();
    await engine.pass(bootMilliseconds);
    await machineBecomes(id, 'running');
    expect((await user.api.get<Instance>(`/instances/${id}`)).data.status).toBe('STARTING');
    await engine.pass(3 * second);
    await becomes(user.api, id, 'RUNNING');
  });

  it('that ended without an event is found by the audit, every five minutes', async () => {
    const id = await running(user.api);
    engine.standIns.ec2.loseNextEvent(2);
    engine.standIns.ec2.kill(machineOf(id)?.instanceId ?? '');
    await engine.pass(second);
    await machineBecomes(id, 'terminated');
    const untilAudit = 5 * minute - (engine.now() % (5 * minute));
    await engine.pass(untilAudit - 1);
    expect((await user.api.get<Instance>(`/instances/${id}`)).data.status).toBe('RUNNING');
    await engine.pass(1);
    await becomes(user.api, id, 'ERROR');
    await eventually('its history says so', async () => {
      const [newest] = (await user.api.get<Action[]>(`/instances/${id}/actions`)).data;
      return newest?.action === 'observe' && newest.state === 'ERROR' && newest.error !== undefined;
    });
  });

  it('that was stopped outside shows it with the next event, and its history names it', async () => {
    const id = await running(user.api);
    const machine = machineOf(id)?.instanceId ?? '';
    await engine.cloud.call('EC2Client', 'StopInstancesCommand', { InstanceIds: [machine] });
    await engine.pass(minute);
    await becomes(user.api, id, 'STOPPED');
    await eventually('its history says so', async () => {
      const [newest, launch] = (await user.api.get<Action[]>(`/instances/${id}/actions`)).data;
      expect(launch?.action).toBe('launch');
      return newest?.action === 'observe' && newest.state === 'STOPPED' && newest.user === undefined;
    });
  });
});

describe('a tenant that is suspended with its instances stopped', () => {
  const suspend = (id: string) =>
    statusOf(engine.admin.post(`/admin/tenants/${id}/suspend`, { instances: 'stop' }));
  /** The observer has done what it does at once. */
  const swept = async () => {
    await eventually('the last look has its time', async () => engine.delayed('observe') === 1);
    await engine.idle();
  };

  it('has also those stopped that a cached key launched just afterwards', async () => {
    const tenant = await engine.newAccount();
    expect(await statusOf(tenant.api.get('/instances'))).toBe(200);
    expect(await suspend(tenant.id)).toBe(200);
    await swept();
    const id = await launch(tenant.api);
    await engine.pass(bootMilliseconds);
    await machineBecomes(id, 'running');
    await engine.pass(minute);
    await machineBecomes(id, 'stopping');
    await engine.pass(second);
    await machineBecomes(id, 'stopped');
    expect(await statusOf(tenant.api.get('/instances'))).toBe(401);
  });

  it('keeps what it starts after it was resumed, when the last look at the suspension comes', async () => {
    const tenant = await engine.newAccount();
    const id = await running(tenant.api);
    expect(await suspend(tenant.id)).toBe(200);
    await swept();
    await machineBecomes(id, 'stopping');
    await engine.pass(second);
    await machineBecomes(id, 'stopped');
    expect(await statusOf(engine.admin.post(`/admin/tenants/${tenant.id}/resume`))).toBe(200);
    await engine.pass(5 * second);
    expect(await statusOf(tenant.api.post(`/instances/${id}/start`))).toBe(200);
    await machineBecomes(id, 'pending');
    await engine.pass(bootMilliseconds);
    await becomes(tenant.api, id, 'RUNNING');
    await engine.pass(minute);
    await eventually('the last look is over', async () => engine.delayed('observe') === 0);
    await engine.idle();
    const { data } = await tenant.api.get<Instance>(`/instances/${id}`);
    expect([data.status, data.desired_status, machineOf(id)?.state]).toEqual([
      'RUNNING',
      undefined,
      'running',
    ]);
  });
});
