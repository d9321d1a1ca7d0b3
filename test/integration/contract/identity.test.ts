import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, ApiClient, newAccount } from '../../support/api-client.ts';
import { type RunningEngine, runEngine } from '../../support/engine.ts';
import { eventually } from '../../support/eventually.ts';
import { expectEnvelope, expectError, namedBy } from '../../support/wire.ts';

const password = 'password123';
const never = '0001-01-01T00:00:00Z';

interface User {
  id: string;
  email: string;
  name: string;
  role: string;
  created_at: string;
  updated_at: string;
}
interface ApiKey {
  id: string;
  user_id: string;
  key: string;
  name: string;
  created_at: string;
  last_used: string;
}

describe('contract 2.1: users and API keys', () => {
  let engine: RunningEngine;
  let anonymous: ApiClient;
  let user: Account;

  beforeAll(async () => {
    engine = await runEngine();
    anonymous = new ApiClient(engine.url);
    user = await newAccount(engine.url);
  });
  afterAll(() => engine?.stop());

  const register = (body: Record<string, unknown>) => anonymous.post<User>('/auth/register', body);
  const keyIsDead = (key: string) =>
    eventually(
      'the key is dead',
      async () => (await anonymous.get('/auth/keys', { key })).status === 401,
      30_000,
    );

  it('registers with 201, the role developer and exactly the contract’s fields', async () => {
    const email = 'First.User@Example.com';
    const answer = await register({ email, password, name: 'First' });
    expect(answer.status).toBe(201);
    expectEnvelope(answer);
    expect(answer.data).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      email: email.toLowerCase(),
      name: 'First',
      role: 'developer',
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    });
  });

  it('refuses an e-mail that is registered, in whatever case', async () => {
    for (const email of [user.email, user.email.toUpperCase()]) {
      const answer = await register({ email, password, name: 'Again' });
      expectError(answer);
      expect([answer.status, answer.body.error.type]).toEqual([400, 'INVALID_INPUT']);
    }
  });

  it.each([
    ['password123', 201],
    ['Passw0rd!', 201],
    ['password', 400],
    ['Test1234', 400],
  ])('of the password %s says %i', async (candidate, status) => {
    const answer = await register({
      email: `${randomUUID()}@example.com`,
      password: candidate,
      name: 'Strength',
    });
    expect(answer.status).toBe(status);
    if (status === 400) expect(namedBy(answer)).toEqual(['password']);
  });

  it('logs in with 200, the user and a new key named Default Key each time, four times in a row', async () => {
    const { email, password: good } = user;
    const keys = new Set<string>();
    for (let times = 0; times < 4; times++) {
      const answer = await anonymous.post<{ user: User; api_key: string }>('/auth/login', {
        email,
        password: good,
      });
      expect(answer.status).toBe(200);
      expect(Object.keys(answer.data).sort()).toEqual(['api_key', 'user']);
      expect(answer.data.user.id).toBe(user.id);
      keys.add(answer.data.api_key);
    }
    expect(keys.size).toBe(4);
    const { data } = await user.api.get<ApiKey[]>('/auth/keys');
    expect(data.filter(({ name }) => name === 'Default Key')).toHaveLength(5);
  });

  it('answers an unknown e-mail and a wrong password alike', async () => {
    const wrong = await anonymous.post('/auth/login', { email: user.email, password: 'wrong-password' });
    const unknown = await anonymous.post('/auth/login', {
      email: 'nobody@example.com',
      password: 'wrong-password',
    });
    expect([wrong.status, wrong.body.error.type]).toEqual([401, 'UNAUTHORIZED']);
    expect(unknown.body.error).toEqual(wrong.body.error);
  });

  it('locks an e-mail after five failures, known or not, for the right password too', async () => {
    const locked = await newAccount(engine.url, 'locked');
    for (const email of [locked.email, 'ghost@example.com']) {
      for (let failures = 0; failures < 5; failures++)
        expect((await anonymous.post('/auth/login', { email, password: 'wrong-password' })).status).toBe(401);
    }
    const { email, password: good } = locked;
    expect((await anonymous.post('/auth/login', { email, password: good })).status).toBe(401);
    expect((await anonymous.post('/auth/token', { email, password: good })).status).toBe(401);
    expect((await locked.api.get('/auth/keys')).status, 'its keys are not locked').toBe(200);
  });

  it('creates a key, shows it once, and lists it masked with its last use', async () => {
    const made = await user.api.post<ApiKey>('/auth/keys', { name: 'ci' });
    expect(made.status).toBe(201);
    expect(made.data).toEqual({
      id: expect.any(String),
      user_id: user.id,
      key: expect.stringMatching(/^thecloud_[0-9a-f]{32}$/),
      name: 'ci',
      created_at: expect.stringMatching(/Z$/),
      last_used: never,
    });
    const listed = async () =>
      (await user.api.get<ApiKey[]>('/auth/keys')).data.find(({ id }) => id === made.data.id) as ApiKey;
    const before = await listed();
    expect(before.last_used).toBe(never);
    expect(before.key).toMatch(/^thecloud_[0-9a-f]{4}…$/);
    expect(made.data.key.startsWith(before.key.slice(0, -1))).toBe(true);
    expect((await anonymous.get('/instances', { key: made.data.key })).status).toBe(200);
    await eventually('the use is noted', async () => (await listed()).last_used !== never);
  });

  it('lists keys newest first', async () => {
    const { data } = await user.api.get<ApiKey[]>('/auth/keys');
    const times = data.map(({ created_at }) => created_at);
    expect(times).toEqual([...times].sort().reverse());
  });

  it.each(['rotate', 'regenerate'])(
    '%s gives a new key named "<old> (rotated)"; the old one dies',
    async (verb) => {
      const old = await user.api.post<ApiKey>('/auth/keys', { name: 'turning' });
      const answer = await user.api.post<ApiKey>(`/auth/keys/${old.data.id}/${verb}`);
      expect(answer.status).toBe(200);
      expect(answer.data).toMatchObject({ name: 'turning (rotated)', user_id: user.id });
      expect(answer.data.key).not.toBe(old.data.key);
      expect((await anonymous.get('/auth/keys', { key: answer.data.key })).status).toBe(200);
      await keyIsDead(old.data.key);
      expect((await user.api.post(`/auth/keys/${old.data.id}/${verb}`)).status).toBe(404);
    },
  );

  it('revokes with 204, and answers 404 OBJECT_NOT_FOUND for an absent key and for another user’s', async () => {
    const key = await user.api.post<ApiKey>('/auth/keys', { name: 'doomed' });
    const stranger = await newAccount(engine.url, 'stranger');
    const theirs = await stranger.api.delete(`/auth/keys/${key.data.id}`);
    const absent = await stranger.api.delete(`/auth/keys/${randomUUID()}`);
    expect([theirs.status, theirs.body.error]).toEqual([404, absent.body.error]);
    expect(theirs.body.error.type).toBe('OBJECT_NOT_FOUND');
    expect((await user.api.delete(`/auth/keys/${key.data.id}`)).status).toBe(204);
    await keyIsDead(key.data.key);
  });

  it('narrows a key to its scopes, and lets it hand out no more than it has', async () => {
    const scoped = await user.api.post<ApiKey>('/auth/keys', { name: 'reader', scopes: ['instance:read'] });
    expect(scoped.data).toMatchObject({ scopes: ['instance:read'] });
    const reader = anonymous.as(scoped.data.key);
    expect((await reader.get('/instances')).status).toBe(200);
    expect((await reader.post('/instances', { name: 'x', image: 'al2023' })).status).toBe(403);
    expect((await reader.post('/auth/keys', { name: 'wider' })).status).toBe(403);
    expect((await reader.post('/auth/keys', { name: 'wider', scopes: ['instance:launch'] })).status).toBe(
      403,
    );
    expect((await reader.post('/auth/keys', { name: 'same', scopes: ['instance:read'] })).status).toBe(201);
  });

  it('resets a forgotten password by mail, once; the logins’ keys and tokens end, made keys stay', async () => {
    const forgetful = await newAccount(engine.url, 'forgetful');
    const made = await forgetful.api.post<ApiKey>('/auth/keys', { name: 'program' });
    for (const email of [forgetful.email, 'nobody@example.com']) {
      const answer = await anonymous.post<{ message: string }>('/auth/forgot-password', { email });
      expect([answer.status, typeof answer.data.message]).toEqual([200, 'string']);
    }
    const token = await eventually('the mail', async () => {
      const mail = engine.standIns.mailbox().find(({ to }) => to.includes(forgetful.email));
      return mail && /\b[0-9a-f]{64}\b/.exec(JSON.stringify(mail))?.[0];
    });
    const reset = (new_password: string) => anonymous.post('/auth/reset-password', { token, new_password });
    expect(namedBy(await reset('password'))).toEqual(['new_password']);
    expect((await reset('A-brand-new-passphrase-7')).status).toBe(200);
    const again = await reset('Yet-another-passphrase-7');
    expect([again.status, again.body.error.type]).toEqual([400, 'INVALID_INPUT']);
    const login = (attempt: string) =>
      anonymous.post('/auth/login', { email: forgetful.email, password: attempt });
    expect((await login(forgetful.password)).status).toBe(401);
    expect((await login('A-brand-new-passphrase-7')).status).toBe(200);
    await keyIsDead(forgetful.api.key as string);
    expect((await anonymous.get('/auth/keys', { key: made.data.key })).status).toBe(200);
    expect(engine.standIns.mailbox().filter(({ to }) => to.includes('nobody@example.com'))).toEqual([]);
  });

  describe('tokens', () => {
    interface Tokens {
      access_token: string;
      token_type: string;
      expires_in: number;
      refresh_token: string;
    }
    const issue = (body: Record<string, unknown>) => anonymous.post<Tokens>('/auth/token', body);
    const asked = (path: string, token: string) =>
      anonymous.get(path, { headers: { authorization: `Bearer ${token}` } });

    it.each(['/instances', '/auth/keys', '/quotas', '/instances/none/logs'])(
      'of a password and of a key are accepted on %s',
      async (path) => {
        const { email, password: good, api } = user;
        for (const proof of [{ email, password: good }, { api_key: api.key }]) {
          const { status, data } = await issue(proof);
          expect([status, data.token_type, data.expires_in]).toEqual([200, 'Bearer', 900]);
          expect((await asked(path, data.access_token)).status).toBe(path.includes('none') ? 404 : 200);
        }
      },
    );

    it('rotate; the reuse of a refresh token ends the family', async () => {
      const first = (await issue({ email: user.email, password: user.password })).data;
      const second = await issue({ refresh_token: first.refresh_token });
      expect(second.status).toBe(200);
      expect(second.data.refresh_token).not.toBe(first.refresh_token);
      const reused = await issue({ refresh_token: first.refresh_token });
      expect([reused.status, reused.body.error.type]).toEqual([401, 'UNAUTHORIZED']);
      expect((await issue({ refresh_token: second.data.refresh_token })).status).toBe(401);
    });

    it('are signed with keys of the published set', async () => {
      const { data } = await issue({ api_key: user.api.key });
      const header = JSON.parse(Buffer.from(data.access_token.split('.')[0] ?? '', 'base64url').toString());
      const { status, body } = await anonymous.get('/.well-known/jwks.json');
      expect(status).toBe(200);
      expect(body.keys.map(({ kid }: { kid: string }) => kid)).toContain(header.kid);
      expect(JSON.stringify(body)).not.toMatch(/"d":/);
    });
  });
});
