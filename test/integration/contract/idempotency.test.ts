import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAdministrator } from '../../support/administrator.ts';
import { type Account, type Answer, ApiClient, newAccount } from '../../support/api-client.ts';
import { type RunningEngine, runEngine } from '../../support/engine.ts';
import { ephemeralText } from '../../support/engine-inspection.ts';
import { eventually } from '../../support/eventually.ts';
import { becomes, settledInstance } from '../../support/settled.ts';
import { expectError, expectHeaders } from '../../support/wire.ts';

describe('Idempotency-Key', () => {
  let engine: RunningEngine;
  let user: Account;
  let admin: Account;

  beforeAll(async () => {
    engine = await runEngine();
    user = await newAccount(engine.url);
    admin = await makeAdministrator(engine);
  });
  afterAll(() => engine?.stop());

  const withKey = (key: string) => ({ headers: { 'idempotency-key': key } });
  /** Sends a request twice with one key; the second answer must be the first again. */
  const twice = async (api: ApiClient, method: string, path: string, body?: unknown): Promise<Answer> => {
    const options = { body, ...withKey(randomUUID()) };
    const first = await api.request(method, path, options);
    const second = await api.request(method, path, options);
    expect([second.status, second.text, second.headers.get('location')]).toEqual([
      first.status,
      first.text,
      first.headers.get('location'),
    ]);
    expect(first.headers.has('idempotent-replayed')).toBe(false);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expectHeaders(second);
    return first;
  };

  it('replays a launch, and one instance exists', async () => {
    const answer = await twice(user.api, 'POST', '/instances', { name: 'once', image: 'al2023' });
    expect(answer.status).toBe(201);
    const { data } = await user.api.get<{ name: string }[]>('/instances');
    expect(data.filter(({ name }) => name === 'once')).toHaveLength(1);
  });

  it('of ten copies at once one acts and all answer alike', async () => {
    const options = withKey(randomUUID());
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        user.api.post('/instances', { name: 'parallel', image: 'al2023' }, options),
      ),
    );
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    const { data } = await user.api.get<{ name: string }[]>('/instances');
    expect(data.filter(({ name }) => name === 'parallel')).toHaveLength(1);
  });

  it('replays a stop, also one that changed nothing, a patch and a delete', async () => {
    const id = await settledInstance(user.api, 'target');
    expect((await twice(user.api, 'POST', `/instances/${id}/stop`)).status).toBe(200);
    await becomes(user.api, id, 'STOPPED');
    expect((await twice(user.api, 'POST', `/instances/${id}/stop`)).status).toBe(200);
    expect((await twice(user.api, 'PATCH', `/instances/${id}`, { name: 'renamed' })).status).toBe(200);
    expect((await twice(user.api, 'DELETE', `/instances/${id}`)).status).toBe(200);
  });

  it('replays the creation of a key with its secret, which is stored sealed', async () => {
    const { data } = await twice(user.api, 'POST', '/auth/keys', { name: 'sealed' });
    const { key } = data as { key: string };
    expect(key).toMatch(/^thecloud_/);
    expect(await ephemeralText(engine)).not.toContain(key);
    const { data: keys } = await user.api.get<{ name: string }[]>('/auth/keys');
    expect(keys.filter(({ name }) => name === 'sealed')).toHaveLength(1);
  });

  it('replays the rotation of a key, whose old one is dead by then', async () => {
    const old = await user.api.post<{ id: string }>('/auth/keys', { name: 'turned' });
    const answer = await twice(user.api, 'POST', `/auth/keys/${old.data.id}/rotate`);
    expect(answer.status).toBe(200);
    expect((await twice(user.api, 'DELETE', `/auth/keys/${(answer.data as { id: string }).id}`)).status).toBe(
      204,
    );
  });

  it('replays what administrators do', async () => {
    const name = `role-${randomUUID()}`;
    const { body } = await twice(admin.api, 'POST', '/rbac/roles', { name, permissions: ['vpc:read'] });
    expect((await twice(admin.api, 'PUT', `/rbac/roles/${body.id}`, { name, permissions: [] })).status).toBe(
      200,
    );
    expect(
      (await twice(admin.api, 'POST', `/rbac/roles/${body.id}/permissions`, { permission: 'vpc:read' }))
        .status,
    ).toBe(204);
    expect((await twice(admin.api, 'DELETE', `/rbac/roles/${body.id}/permissions/vpc:read`)).status).toBe(
      204,
    );
    expect((await twice(admin.api, 'DELETE', `/rbac/roles/${body.id}`)).status).toBe(204);
    const invitation = await twice(admin.api, 'POST', '/admin/invitations', {});
    expect(invitation.status).toBe(201);
    const { id, invitation: code } = invitation.data as { id: string; invitation: string };
    expect(await ephemeralText(engine)).not.toContain(code);
    expect((await twice(admin.api, 'DELETE', `/admin/invitations/${id}`)).status).toBe(204);
    const tenant = await newAccount(engine.url, 'handled');
    const path = `/admin/tenants/${tenant.id}`;
    expect((await twice(admin.api, 'PUT', `${path}/quotas`, { instances: 7 })).status).toBe(200);
    expect((await twice(admin.api, 'POST', `${path}/suspend`, { instances: 'leave' })).status).toBe(200);
    expect((await twice(admin.api, 'POST', `${path}/resume`)).status).toBe(200);
    const binding = { user_identifier: tenant.id, role_name: 'viewer' };
    expect((await twice(admin.api, 'POST', '/rbac/bindings', binding)).status).toBe(204);
  });

  it('replays a registration, to whoever has the key', async () => {
    const body = { email: `${randomUUID()}@example.com`, password: 'Correct-horse-battery-9', name: 'Twice' };
    expect((await twice(new ApiClient(engine.url), 'POST', '/auth/register', body)).status).toBe(201);
  });

  it('replays a refusal of a handler, also when what it wanted is there by then', async () => {
    const options = withKey(randomUUID());
    const refused = await user.api.post(`/instances/${randomUUID()}/stop`, undefined, options);
    expect(refused.status).toBe(404);
    const limited = await newAccount(engine.url, 'limited');
    await admin.api.put(`/admin/tenants/${limited.id}/quotas`, { instances: 0 });
    const launch = () => limited.api.post('/instances', { name: 'x', image: 'al2023' }, options);
    const first = await launch();
    expect([first.status, first.body.error.type]).toEqual([429, 'RESOURCE_LIMIT_EXCEEDED']);
    await admin.api.put(`/admin/tenants/${limited.id}/quotas`, { instances: 5 });
    const again = await launch();
    expect([again.status, again.body.error]).toEqual([429, first.body.error]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect((await limited.api.post('/instances', { name: 'x', image: 'al2023' })).status).toBe(201);
  });

  it('remembers no refusal by validation: the corrected request may use the key', async () => {
    const options = withKey(randomUUID());
    expect((await user.api.post('/instances', { name: 'bad name', image: 'al2023' }, options)).status).toBe(
      400,
    );
    expect((await user.api.post('/instances', { name: 'good-name', image: 'al2023' }, options)).status).toBe(
      201,
    );
  });

  it.each<[string, (id: string) => [string, string, unknown?]]>([
    ['another body', () => ['POST', '/instances', { name: 'second', image: 'al2023' }]],
    ['another query', () => ['POST', '/instances?x=1', { name: 'first', image: 'al2023' }]],
    ['another path', (id) => ['POST', `/instances/${id}/stop`]],
    ['another method', (id) => ['DELETE', `/instances/${id}`]],
  ])('refuses %s under the same key with 422', async (_, other) => {
    const options = withKey(randomUUID());
    const body = { name: 'first', image: 'al2023' };
    const made = await user.api.post<{ id: string }>('/instances', body, options);
    expect(made.status).toBe(201);
    const [method, path, sent] = other(made.data.id);
    const answer = await user.api.request(method, path, { ...options, body: sent });
    expectError(answer);
    expect([answer.status, answer.body.error.type]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    expect((await user.api.get(`/instances/${made.data.id}`)).status).toBe(200);
  });

  it('takes the same body written in another way for the same request', async () => {
    const options = withKey(randomUUID());
    const first = await user.api.post('/instances', '{"name":"same","image":"al2023"}', options);
    const second = await user.api.post('/instances', '{ "image": "al2023", "name": "same" }', options);
    expect([second.status, second.text]).toEqual([201, first.text]);
  });

  it('belongs to one user: another’s same key is another request', async () => {
    const options = withKey('shared-key');
    const other = await newAccount(engine.url, 'namesake');
    const body = { name: 'mine', image: 'al2023' };
    const [first, second] = [
      await user.api.post<{ id: string }>('/instances', body, options),
      await other.api.post<{ id: string }>('/instances', body, options),
    ];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.data.id).not.toBe(first.data.id);
  });

  it('counts for nothing on a login: each mints a key of its own', async () => {
    const { email, password } = user;
    const options = withKey(randomUUID());
    const login = () =>
      new ApiClient(engine.url).post<{ api_key: string }>('/auth/login', { email, password }, options);
    expect((await login()).data.api_key).not.toBe((await login()).data.api_key);
  });

  it('still answers a repeat after the key that asked was revoked with 401', async () => {
    const made = await user.api.post<{ id: string; key: string }>('/auth/keys', { name: 'revoked' });
    const api = user.api.as(made.data.key);
    const options = withKey(randomUUID());
    expect((await api.post('/instances', { name: 'last', image: 'al2023' }, options)).status).toBe(201);
    await user.api.delete(`/auth/keys/${made.data.id}`);
    await eventually(
      'the key is dead',
      async () => (await api.post('/instances', { name: 'last', image: 'al2023' }, options)).status === 401,
      30_000,
    );
  });
});
