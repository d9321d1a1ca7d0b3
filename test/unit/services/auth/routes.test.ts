import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSealer } from '../../../../lib/platform/auth/sealer.ts';
import { createExactLimiter } from '../../../../lib/platform/limits/exact-limiter.ts';
import { perMinute } from '../../../../lib/platform/limits/gcra.ts';
import { createSharedBucket } from '../../../../lib/platform/limits/shared-bucket.ts';
import { identityRoutes } from '../../../../lib/services/identity-routes.ts';
import { type Served, served } from '../../platform/http/harness.ts';
import { password, secret, startIdentity } from './harness.ts';

let identity: Awaited<ReturnType<typeof startIdentity>>;
let api: Served;
let admin: string;

/** @param perMinuteAndBurst of the limit that the public auth routes share */
const serve = (perMinuteAndBurst: number, name: string) => {
  const { tables, clock } = identity;
  const shape = perMinute(perMinuteAndBurst, perMinuteAndBurst);
  return served(identityRoutes, identity, {
    tables,
    clock,
    authenticator: identity.authenticator,
    sealer: createSealer(secret, 'idempotent-answers'),
    authLimiter: createExactLimiter({ shape, shared: createSharedBucket({ tables, clock, name, shape }) }),
  });
};

beforeAll(async () => {
  identity = await startIdentity();
  api = serve(10_000, 'roomy');
  admin = (await identity.administrator()).key;
});
afterAll(() => identity.stop());

let count = 0;
const register = async () => {
  const email = `routes${++count}@example.com`;
  const body = { email: email.toUpperCase(), password, name: 'Some User' };
  const { json } = await api.call({ method: 'POST', path: '/auth/register', body });
  const login = await api.call({ method: 'POST', path: '/auth/login', body: { email, password } });
  return { ...json.data, key: login.json.data.api_key, login: login.json.data };
};
const as = (key: string, more: Record<string, string> = {}) => ({ 'x-api-key': key, ...more });

describe('the way in', () => {
  it('registers, logs in, and answers what the contract says, and no more', async () => {
    const user = await register();
    const shown = ['created_at', 'email', 'id', 'name', 'role', 'updated_at'];
    expect(Object.keys(user.login.user).toSorted()).toEqual(shown);
    expect(user).toMatchObject({ role: 'developer', email: `routes${count}@example.com` });
    expect(user.key).toMatch(/^thecloud_[0-9a-f]{32}$/);
  });

  it.each([
    ['no body', undefined],
    ['no fields', {}],
    ['no e-mail', { email: 'nonsense', password, name: 'Some User' }],
    ['a short password', { email: 'a@example.com', password: 'aB3$xyz', name: 'Some User' }],
    ['a long password', { email: 'a@example.com', password: 'aB3$'.repeat(19), name: 'Some User' }],
    ['a short name', { email: 'a@example.com', password, name: 'x' }],
    ['a long e-mail', { email: `${'a'.repeat(250)}@example.com`, password, name: 'Some User' }],
    ['a NUL in the name', { email: 'a@example.com', password, name: 'a\u0000b' }],
    ['a number for a password', { email: 'a@example.com', password: 12345678, name: 'Some User' }],
  ])('refuses a registration with %s', async (_, body) => {
    const { statusCode, json } = await api.call({ method: 'POST', path: '/auth/register', body });
    expect([statusCode, json.error.type]).toEqual([400, 'INVALID_INPUT']);
  });

  it('answers a repeated registration with the first answer, and another one under the same key with 422', async () => {
    const body = { email: 'again@example.com', password, name: 'Some User' };
    const request = { method: 'POST', path: '/auth/register', headers: { 'idempotency-key': 'one' }, body };
    const first = await api.call(request);
    const second = await api.call(request);
    expect([first.statusCode, second.statusCode]).toEqual([201, 201]);
    expect(second.json.data).toEqual(first.json.data);
    const other = await api.call({ ...request, body: { ...body, email: 'other@example.com' } });
    expect(other.statusCode).toBe(422);
  });

  it('limits the public routes together, by address, and says when to come back', async () => {
    const strict = serve(5, 'strict');
    const answers = [];
    for (let i = 0; i < 6; i++)
      answers.push(
        await strict.call({ method: 'POST', path: '/auth/forgot-password', body: { email: 'a@b.de' } }),
      );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200, 429]);
    expect(Number(answers[5]?.headers['Retry-After'])).toBeGreaterThan(0);
    const login = { method: 'POST', path: '/auth/login', body: { email: 'a@b.de', password } };
    expect((await strict.call(login)).statusCode).toBe(429);
  });

  it('publishes its public keys bare', async () => {
    const user = await register();
    const token = await api.call({ method: 'POST', path: '/auth/token', body: { api_key: user.key } });
    expect(token.statusCode).toBe(200);
    const { json } = await api.call({ path: '/.well-known/jwks.json' });
    expect(json.keys[0]).toMatchObject({ alg: 'EdDSA', use: 'sig' });
    const bearer = { authorization: `Bearer ${token.json.data.access_token}` };
    expect((await api.call({ path: '/auth/keys', headers: bearer })).statusCode).toBe(200);
  });
});

describe('keys', () => {
  it('are made, listed, rotated and revoked', async () => {
    const { key } = await register();
    const made = await api.call({
      method: 'POST',
      path: '/auth/keys',
      headers: as(key),
      body: { name: 'ci' },
    });
    expect(made.statusCode).toBe(201);
    const { id } = made.json.data;
    const rotated = await api.call({ method: 'POST', path: `/auth/keys/${id}/regenerate`, headers: as(key) });
    expect([rotated.statusCode, rotated.json.data.name]).toEqual([200, 'ci (rotated)']);
    const list = await api.call({ path: '/auth/keys', headers: as(key) });
    expect(list.json.data).toHaveLength(2);
    const revoked = await api.call({
      method: 'DELETE',
      path: `/auth/keys/${rotated.json.data.id}`,
      headers: as(key),
    });
    expect([revoked.statusCode, revoked.body]).toEqual([204, undefined]);
    const used = await api.call({ path: '/auth/keys', headers: as(rotated.json.data.key) });
    expect(used.statusCode).toBe(401);
  });

  it('are made once under one Idempotency-Key, the answer again with the key, which is kept sealed', async () => {
    const { key } = await register();
    const headers = as(key, { 'idempotency-key': 'make' });
    const request = { method: 'POST', path: '/auth/keys', headers, body: { name: 'ci' } };
    const answers = await Promise.all([api.call(request), api.call(request), api.call(request)]);
    expect(new Set(answers.map(({ json }) => json.data?.key)).size).toBe(1);
    expect((await api.call({ path: '/auth/keys', headers: as(key) })).json.data).toHaveLength(2);
    const made = answers[0]?.json.data.key;
    const { ScanCommand } = await import('@aws-sdk/client-dynamodb');
    for (const TableName of Object.values(identity.database.names)) {
      const { Items } = await identity.database.client.send(new ScanCommand({ TableName }));
      expect(JSON.stringify(Items)).not.toContain(made);
    }
  });

  it('give the answer again to a repeated revocation', async () => {
    const { key } = await register();
    const { json } = await api.call({
      method: 'POST',
      path: '/auth/keys',
      headers: as(key),
      body: { name: 'x' },
    });
    const headers = as(key, { 'idempotency-key': 'gone' });
    const request = { method: 'DELETE', path: `/auth/keys/${json.data.id}`, headers };
    expect((await api.call(request)).statusCode).toBe(204);
    expect((await api.call(request)).statusCode).toBe(204);
    const other = await api.call({ ...request, headers: as(key) });
    expect([other.statusCode, other.json.error.type]).toEqual([404, 'OBJECT_NOT_FOUND']);
  });
});

describe('what administrators do', () => {
  it.each([
    ['GET', '/rbac/roles'],
    ['GET', '/rbac/bindings'],
    ['POST', '/rbac/roles'],
    ['GET', '/admin/tenants'],
    ['POST', '/admin/invitations'],
    ['GET', '/admin/invitations'],
  ])('%s %s is not for a developer', async (method, path) => {
    const { key } = await register();
    const { statusCode, json } = await api.call({
      method,
      path,
      headers: as(key),
      body: method === 'POST' ? {} : undefined,
    });
    expect([statusCode, json.error.type]).toEqual([403, 'FORBIDDEN']);
  });

  it('makes, reads and binds roles, bare', async () => {
    const user = await register();
    const headers = as(admin);
    const body = { name: 'operators', description: 'd', permissions: ['vpc:read'] };
    const made = await api.call({ method: 'POST', path: '/rbac/roles', headers, body });
    expect(made.json).toMatchObject(body);
    const { id } = made.json;
    const add = { method: 'POST', path: `/rbac/roles/${id}/permissions`, headers, body: { permission: '*' } };
    expect((await api.call(add)).statusCode).toBe(204);
    const take = { method: 'DELETE', path: `/rbac/roles/${id}/permissions/%2A`, headers };
    expect((await api.call(take)).statusCode).toBe(204);
    expect((await api.call({ path: '/rbac/roles/operators', headers })).json.permissions).toEqual([
      'vpc:read',
    ]);
    const bind = { user_identifier: user.email, role_name: 'operators' };
    expect((await api.call({ method: 'POST', path: '/rbac/bindings', headers, body: bind })).statusCode).toBe(
      204,
    );
    const bindings = await api.call({ path: '/rbac/bindings', headers });
    expect(bindings.json.find((one: { id: string }) => one.id === user.id)).toMatchObject({
      role: 'operators',
    });
  });

  it('suspends and resumes a tenant, and sets its quotas', async () => {
    const user = await register();
    const headers = as(admin);
    const path = `/admin/tenants/${user.id}`;
    const body = { instances: 'stop' };
    const suspended = await api.call({ method: 'POST', path: `${path}/suspend`, headers, body });
    expect([suspended.statusCode, suspended.json.data.status]).toEqual([200, 'SUSPENDED']);
    expect((await api.call({ path: '/auth/keys', headers: as(user.key) })).statusCode).toBe(401);
    const resumed = await api.call({ method: 'POST', path: `${path}/resume`, headers });
    expect([resumed.statusCode, resumed.json.data.status]).toEqual([200, 'ACTIVE']);
    const quotas = await api.call({ method: 'PUT', path: `${path}/quotas`, headers, body: { instances: 3 } });
    expect(quotas.json.data[0]).toMatchObject({ resource: 'instances', limit: 3 });
    const wrong = await api.call({
      method: 'POST',
      path: `${path}/suspend`,
      headers,
      body: { instances: 'burn' },
    });
    expect(wrong.statusCode).toBe(400);
  });
});

describe('the declarations', () => {
  it('say of each mutating route whether it honours an Idempotency-Key, and of each exemption why', () => {
    for (const { method, path, idempotent } of identityRoutes) {
      if (method === 'GET') continue;
      expect(idempotent, `${method} ${path}`).toBeDefined();
    }
  });

  it('leave open only what somebody without a key needs', () => {
    const open = identityRoutes.filter(({ permission }) => permission === 'public').map(({ path }) => path);
    expect(open.toSorted()).toEqual([
      '/.well-known/jwks.json',
      '/auth/forgot-password',
      '/auth/login',
      '/auth/register',
      '/auth/reset-password',
      '/auth/token',
    ]);
  });
});
