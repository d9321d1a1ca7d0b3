import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAdministrator } from '../../support/administrator.ts';
import { type Account, newAccount } from '../../support/api-client.ts';
import { type RunningEngine, runEngine } from '../../support/engine.ts';
import { eventually } from '../../support/eventually.ts';
import { becomes, settledInstance } from '../../support/settled.ts';
import { expectError, expectHeaders } from '../../support/wire.ts';

interface Role {
  id: string;
  name: string;
  description: string;
  permissions: string[];
}

describe('contract 2.2 and 3: roles, all bare, and what administrators do', () => {
  let engine: RunningEngine;
  let admin: Account;
  let user: Account;

  beforeAll(async () => {
    engine = await runEngine();
    admin = await makeAdministrator(engine);
    user = await newAccount(engine.url);
  });
  afterAll(() => engine?.stop());

  const create = async (name: string, permissions: string[] = []): Promise<Role> =>
    (await admin.api.post('/rbac/roles', { name, description: 'a test', permissions })).body;

  it('stores admin, developer and viewer with the contract’s ids and rights', async () => {
    const { status, body } = await admin.api.get('/rbac/roles');
    expect(status).toBe(200);
    const roles = Object.fromEntries((body as Role[]).map((role) => [role.name, role]));
    expect(roles.admin).toMatchObject({ id: '00000000-0000-0000-0000-000000000001', permissions: ['*'] });
    expect(roles.developer?.id).toBe('00000000-0000-0000-0000-000000000002');
    expect(roles.developer?.permissions).toHaveLength(59);
    expect(roles.viewer?.id).toBe('00000000-0000-0000-0000-000000000003');
    expect(roles.viewer?.permissions.every((permission) => permission.endsWith(':read'))).toBe(true);
  });

  it('creates with 201 and gives the role by id and by name, bare', async () => {
    const answer = await admin.api.post('/rbac/roles', {
      name: 'operator',
      description: 'runs things',
      permissions: ['instance:read', 'instance:update'],
    });
    expect(answer.status).toBe(201);
    expectHeaders(answer);
    const role = answer.body as Role;
    expect(role).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'operator',
      description: 'runs things',
      permissions: ['instance:read', 'instance:update'],
    });
    expect(answer.headers.get('location')).toBe(`/rbac/roles/${role.id}`);
    for (const key of [role.id, 'operator']) {
      const found = await admin.api.get(`/rbac/roles/${key}`);
      expect([found.status, found.body]).toEqual([200, role]);
    }
  });

  it('refuses a name that is taken with 409', async () => {
    const answer = await admin.api.post('/rbac/roles', { name: 'viewer', permissions: [] });
    expectError(answer);
    expect([answer.status, answer.body.error.type]).toEqual([409, 'CONFLICT']);
  });

  it('replaces name, description and the whole permission set', async () => {
    const { id } = await create('before', ['vpc:read', 'vpc:update']);
    const answer = await admin.api.put(`/rbac/roles/${id}`, { name: 'after', permissions: ['volume:read'] });
    expect([answer.status, answer.body]).toEqual([
      200,
      { id, name: 'after', description: '', permissions: ['volume:read'] },
    ]);
    expect((await admin.api.get('/rbac/roles/before')).status).toBe(404);
  });

  it('adds a permission, again and again, and takes it away, with 204', async () => {
    const { id } = await create('growing');
    for (let times = 0; times < 2; times++)
      expect((await admin.api.post(`/rbac/roles/${id}/permissions`, { permission: 'vpc:read' })).status).toBe(
        204,
      );
    expect((await admin.api.get(`/rbac/roles/${id}`)).body.permissions).toEqual(['vpc:read']);
    for (const segment of ['vpc:read', 'vpc%3Aread', '*'])
      expect((await admin.api.delete(`/rbac/roles/${id}/permissions/${segment}`)).status).toBe(204);
    expect((await admin.api.get(`/rbac/roles/${id}`)).body.permissions).toEqual([]);
  });

  it('deletes with 204, absent or not; the built-in roles stay', async () => {
    const { id } = await create('going');
    for (const one of [id, id, randomUUID()])
      expect((await admin.api.delete(`/rbac/roles/${one}`)).status).toBe(204);
    expect((await admin.api.get(`/rbac/roles/${id}`)).status).toBe(404);
    const answer = await admin.api.delete('/rbac/roles/00000000-0000-0000-0000-000000000002');
    expect([answer.status, answer.body.error.type]).toEqual([409, 'CONFLICT']);
  });

  it('binds by id and by e-mail with 204; the user’s rights follow', async () => {
    const { email, api, id } = await newAccount(engine.url, 'bound');
    const bind = (user_identifier: string, role_name: string) =>
      admin.api.post('/rbac/bindings', { user_identifier, role_name });
    expect((await bind(email.toUpperCase(), 'viewer')).status).toBe(204);
    await eventually(
      'the role holds',
      async () => (await api.post('/instances', { name: 'x', image: 'al2023' })).status === 403,
      30_000,
    );
    expect((await api.get('/instances')).status).toBe(200);
    const users = (await admin.api.get('/rbac/bindings')).body as { id: string; role: string }[];
    expect(users.find((one) => one.id === id)?.role).toBe('viewer');
    expect((await bind(id, 'no such role')).status).toBe(404);
    expect((await bind(randomUUID(), 'viewer')).status).toBe(404);
    expect((await bind('nobody@example.com', 'viewer')).status).toBe(404);
  });

  it('never leaves the platform without an administrator', async () => {
    const answer = await admin.api.post('/rbac/bindings', { user_identifier: admin.id, role_name: 'viewer' });
    expect([answer.status, answer.body.error.type]).toEqual([409, 'CONFLICT']);
    const suspend = await admin.api.post(`/admin/tenants/${admin.id}/suspend`, { instances: 'leave' });
    expect([suspend.status, suspend.body.error.type]).toEqual([409, 'CONFLICT']);
  });

  it('sets a tenant’s quotas, which hold for the very next launch', async () => {
    const answer = await admin.api.put(`/admin/tenants/${user.id}/quotas`, { instances: 1 });
    expect([answer.status, answer.data]).toEqual([
      200,
      expect.arrayContaining([{ resource: 'instances', used: 0, limit: 1 }]),
    ]);
    expect((await user.api.post('/instances', { name: 'one', image: 'al2023' })).status).toBe(201);
    const refused = await user.api.post('/instances', { name: 'two', image: 'al2023' });
    expectError(refused);
    expect([refused.status, refused.body.error.type]).toEqual([429, 'RESOURCE_LIMIT_EXCEEDED']);
    expect(refused.headers.has('retry-after')).toBe(false);
    await admin.api.put(`/admin/tenants/${user.id}/quotas`, { instances: 2 });
    expect((await user.api.post('/instances', { name: 'two', image: 'al2023' })).status).toBe(201);
    const { data } = await user.api.get('/quotas');
    expect(data).toContainEqual({ resource: 'instances', used: 2, limit: 2 });
  });

  it('suspends a tenant with its instances, and resumes it', async () => {
    const tenant = await newAccount(engine.url, 'suspended');
    const instance = await settledInstance(tenant.api, 'paused');
    const suspended = await admin.api.post<{ status: string }>(`/admin/tenants/${tenant.id}/suspend`, {
      instances: 'stop',
    });
    expect([suspended.status, suspended.data.status]).toEqual([200, 'SUSPENDED']);
    await eventually(
      'its key is refused',
      async () => (await tenant.api.get('/instances')).status === 401,
      30_000,
    );
    await eventually('its machine has stopped', async () =>
      engine.standIns.ec2
        .inspect()
        .some(({ tags, state }) => Object.values(tags).includes(instance) && state === 'stopped'),
    );
    expect((await admin.api.post(`/admin/tenants/${tenant.id}/resume`)).status).toBe(200);
    await eventually(
      'its key works',
      async () => (await tenant.api.get('/instances')).status === 200,
      30_000,
    );
    await becomes(tenant.api, instance, 'STOPPED');
  });

  it('lists and shows tenants', async () => {
    const { data } = await admin.api.get<{ id: string }[]>('/admin/tenants');
    expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining([admin.id, user.id]));
    const one = await admin.api.get<{ id: string; status: string }>(`/admin/tenants/${user.id}`);
    expect([one.status, one.data.status]).toEqual([200, 'ACTIVE']);
  });
});
