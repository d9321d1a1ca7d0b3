import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failureOf, openIdentity, password, publicCaller, startIdentity } from './harness.ts';

let identity: Awaited<ReturnType<typeof startIdentity>>;
beforeAll(async () => {
  identity = await startIdentity();
});
afterAll(() => identity.stop());

const issue = (request: Parameters<typeof identity.auth.issueTokens>[1]) =>
  identity.auth.issueTokens(publicCaller(), request);
const authenticate = (bearer: string, process: Pick<typeof identity, 'authenticator'> = identity) =>
  process.authenticator.authenticate({ bearer }, AbortSignal.timeout(20_000));

describe('POST /auth/token', () => {
  it('answers a password with a 15-minute bearer token that names its user, audience, issuer and key', async () => {
    const { id, email } = await identity.user();
    const answer = await issue({ email, password });
    expect(answer).toMatchObject({ token_type: 'Bearer', expires_in: 900 });
    expect(decodeProtectedHeader(answer.access_token)).toMatchObject({ alg: 'EdDSA', typ: 'at+jwt' });
    const claims = decodeJwt(answer.access_token);
    expect(claims).toMatchObject({
      sub: id,
      iss: 'thecloud:test',
      aud: 'thecloud-api',
      jti: expect.any(String),
    });
    expect(Number(claims.exp) - Number(claims.iat)).toBe(900);
    expect(await authenticate(answer.access_token)).toMatchObject({
      tenant: id,
      user: id,
      credential: { kind: 'token', id: claims.jti },
    });
  });

  it('says nothing in the token of what is allowed', async () => {
    const { email } = await identity.user();
    const { access_token } = await issue({ email, password });
    expect(Object.keys(decodeJwt(access_token)).toSorted()).toEqual([
      'aud',
      'exp',
      'iat',
      'iss',
      'jti',
      'sid',
      'sub',
    ]);
  });

  it("gives a key's token the key's scopes, and ends it with the key", async () => {
    const { caller } = await identity.user();
    const { id, key } = await identity.apiKeys.create(caller, { name: 'n', scopes: ['vpc:read'] });
    const { access_token, refresh_token } = await issue({ api_key: key });
    expect([...(await authenticate(access_token)).permissions]).toEqual(['vpc:read']);
    await identity.apiKeys.revoke(caller, id);
    expect(await failureOf(authenticate(access_token))).toBe('UNAUTHORIZED');
    expect(await failureOf(issue({ refresh_token }))).toBe('UNAUTHORIZED');
  });

  it.each([
    ['an unknown e-mail', { email: 'none@example.com', password }],
    ['an unknown key', { api_key: `thecloud_${'0'.repeat(32)}` }],
    ['no key at all', { api_key: 'x' }],
    ['an unknown refresh token', { refresh_token: `${'0'.repeat(32)}.${'0'.repeat(64)}` }],
    ['no refresh token at all', { refresh_token: 'x' }],
  ])('refuses %s', async (_, request) => {
    expect(await failureOf(issue(request))).toBe('UNAUTHORIZED');
  });

  it('ends with its time', async () => {
    const { email } = await identity.user();
    const { access_token } = await issue({ email, password });
    expect(await failureOf(authenticate(access_token))).toBe('no failure');
    identity.time.now += 906_000;
    expect(await failureOf(authenticate(access_token))).toBe('UNAUTHORIZED');
  });
});

describe('refresh tokens', () => {
  it('are exchanged for a successor', async () => {
    const { email, id } = await identity.user();
    const first = await issue({ email, password });
    const second = await issue({ refresh_token: first.refresh_token });
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect((await authenticate(second.access_token)).user).toBe(id);
    expect(await failureOf(issue({ refresh_token: second.refresh_token }))).toBe('no failure');
  });

  it('revoke their family, its access tokens too, when one is used again', async () => {
    const { email } = await identity.user();
    const first = await issue({ email, password });
    const second = await issue({ refresh_token: first.refresh_token });
    expect(await failureOf(issue({ refresh_token: first.refresh_token }))).toBe('UNAUTHORIZED');
    expect(await failureOf(issue({ refresh_token: second.refresh_token }))).toBe('UNAUTHORIZED');
    expect(await failureOf(authenticate(second.access_token))).toBe('UNAUTHORIZED');
  });

  it('let one of two copies at once win', async () => {
    const { email } = await identity.user();
    for (let round = 0; round < 5; round++) {
      const { refresh_token } = await issue({ email, password });
      const ends = await Promise.all([issue({ refresh_token }), issue({ refresh_token })].map(failureOf));
      expect(ends.toSorted()).toEqual(['UNAUTHORIZED', 'no failure']);
    }
  });

  it('end after 30 days without use', async () => {
    const { email } = await identity.user();
    const { refresh_token } = await issue({ email, password });
    identity.time.now += 30 * 24 * 3_600_000;
    expect(await failureOf(issue({ refresh_token }))).toBe('UNAUTHORIZED');
  });

  it('end with the suspension of the tenant', async () => {
    const [admin, user] = [await identity.administrator(), await identity.user()];
    const { refresh_token, access_token } = await issue({ api_key: user.key });
    await identity.tenants.suspend(admin.caller, user.id, { instances: 'leave' });
    expect(await failureOf(issue({ refresh_token }))).toBe('UNAUTHORIZED');
    expect(await failureOf(authenticate(access_token))).toBe('UNAUTHORIZED');
  });
});

describe('signing keys', () => {
  const kids = async (process: Pick<typeof identity, 'auth'> = identity) =>
    (await process.auth.publishedKeys(publicCaller())).keys.map(({ kid }) => kid);

  it('are made once, however many executions need the first one at the same time', async () => {
    const time = { now: 1_900_000_000_000 };
    const processes = Array.from({ length: 5 }, () => openIdentity(identity.database, 'open', time));
    const { email } = await identity.register();
    const tokens = await Promise.all(
      processes.map((process) => process.auth.issueTokens(publicCaller(), { email, password })),
    );
    const used = new Set(tokens.map(({ access_token }) => decodeProtectedHeader(access_token).kid));
    expect(used.size).toBe(1);
    expect(await kids(processes[0])).toEqual([...used]);
  });

  it('rotate every 30 days: two are published around the change, and tokens of the old one stay good', async () => {
    const day = 24 * 3_600_000;
    const begin = 30 * day * 900;
    const time = { now: begin + 10 * day };
    const process = openIdentity(identity.database, 'open', time);
    const { email } = await identity.register();
    const token = async () =>
      (await process.auth.issueTokens(publicCaller(), { email, password })).access_token;
    await token();
    expect(await kids(process)).toHaveLength(1);
    time.now = begin + 29 * day;
    await token();
    expect(await kids(process)).toHaveLength(2);
    time.now = begin + 30 * day - 60_000;
    const old = await token();
    time.now = begin + 30 * day + 60_000;
    const fresh = await token();
    expect(decodeProtectedHeader(fresh).kid).not.toBe(decodeProtectedHeader(old).kid);
    expect(await kids(process)).toHaveLength(2);
    expect(await failureOf(authenticate(old, process as never))).toBe('no failure');
    expect(await failureOf(authenticate(fresh, process as never))).toBe('no failure');
    time.now = begin + 31 * day;
    expect(await kids(process)).toEqual([decodeProtectedHeader(fresh).kid]);
  });

  it('publish no private part', async () => {
    await issue({ email: (await identity.register()).email, password });
    const { keys } = await identity.auth.publishedKeys(publicCaller());
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys)
      expect(Object.keys(key).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
  });
});
