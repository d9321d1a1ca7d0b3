import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identityKeys } from '../../../../lib/platform/auth/records.ts';
import { createLockout } from '../../../../lib/services/auth/lockout.ts';
import { collect } from '../../../support/collect.ts';
import { failureOf, fullList, password, publicCaller, startIdentity } from './harness.ts';

let identity: Awaited<ReturnType<typeof startIdentity>>;
beforeAll(async () => {
  identity = await startIdentity();
});
afterAll(() => identity.stop());

const login = (email: string, attempt: string) =>
  identity.auth.login(publicCaller(), { email, password: attempt });

describe('registration', () => {
  it('makes a developer, whose tenant is their own id', async () => {
    const user = await identity.user();
    expect(user.role).toBe('developer');
    expect(user.caller.principal).toMatchObject({ tenant: user.id, user: user.id, role: 'developer' });
    expect(user.caller.principal.permissions.size).toBe(59);
  });

  it('keeps e-mails unique, also when two come at once', async () => {
    const ends = await Promise.all(
      Array.from({ length: 5 }, () => failureOf(identity.register('twice@example.com'))),
    );
    expect(ends.toSorted()).toEqual([...Array(4).fill('INVALID_INPUT'), 'no failure']);
  });

  it('refuses a weak password and makes nothing', async () => {
    const weak = { email: 'weak@example.com', password: 'Test1234', name: 'Weak' };
    await expect(identity.auth.register(publicCaller(), weak)).rejects.toMatchObject({
      type: 'INVALID_INPUT',
      issues: [{ path: 'password' }],
    });
    expect(await identity.tables.get(identityKeys.credential('weak@example.com'))).toBeUndefined();
  });

  it('stores no password and no key in clear', async () => {
    const { email, id, key } = await identity.user();
    const credential = await identity.tables.get(identityKeys.credential(email));
    const keys = await collect(identity.tables.query({ partition: identityKeys.apiKeys(id) }));
    expect(JSON.stringify([credential, keys])).not.toContain(password);
    expect(JSON.stringify(keys)).not.toContain(key.slice(14));
  });
});

describe('login', () => {
  it('mints a further key named Default Key each time', async () => {
    const user = await identity.user();
    const { api_key } = await login(user.email, password);
    expect(api_key).toMatch(/^thecloud_[0-9a-f]{32}$/);
    expect(api_key).not.toBe(user.key);
    const { items } = await identity.apiKeys.list(user.caller, fullList);
    expect(items.map(({ name }) => name)).toEqual(['Default Key', 'Default Key']);
  });

  it('answers an unknown e-mail, a wrong password, a locked e-mail and a suspended tenant alike', async () => {
    const admin = await identity.administrator();
    const [wrong, locked, suspended] = [await identity.user(), await identity.user(), await identity.user()];
    for (let i = 0; i < 5; i++) await failureOf(login(locked.email, 'wrong'));
    await identity.tenants.suspend(admin.caller, suspended.id, { instances: 'leave' });
    const answers = await Promise.all(
      [
        login('nobody@example.com', password),
        login(wrong.email, 'wrong'),
        login(locked.email, password),
        login(suspended.email, password),
      ].map((attempt) => attempt.catch(({ type, message, issues }) => ({ type, message, issues }))),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ type: 'UNAUTHORIZED' });
  });

  it('asks as many things of the tables for an unknown e-mail as for a wrong password', async () => {
    const { email } = await identity.register();
    const costs = [];
    for (const one of [email, 'nobody-at-all@example.com']) {
      identity.database.consumed.length = 0;
      await failureOf(login(one, 'wrong'));
      costs.push(identity.database.consumed.map(({ operation }) => operation));
    }
    expect(costs[0]).toEqual(costs[1]);
  });
});

describe('the lockout', () => {
  it('refuses the right password for 15 minutes after five failures, and not after four', async () => {
    const [four, five] = [await identity.user(), await identity.user()];
    for (let i = 0; i < 4; i++) await failureOf(login(four.email, 'wrong'));
    for (let i = 0; i < 5; i++) await failureOf(login(five.email, 'wrong'));
    expect(await failureOf(login(four.email, password))).toBe('no failure');
    expect(await failureOf(login(five.email, password))).toBe('UNAUTHORIZED');
    identity.time.now += 15 * 60_000 - 2_000;
    expect(await failureOf(login(five.email, password))).toBe('UNAUTHORIZED');
    identity.time.now += 2_000;
    expect(await failureOf(login(five.email, password))).toBe('no failure');
  });

  it('starts over with a success', async () => {
    const { email } = await identity.user();
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 4; i++) await failureOf(login(email, 'wrong'));
      expect(await failureOf(login(email, password))).toBe('no failure');
    }
  });

  it('starts over after a count that ran out', async () => {
    const { email } = await identity.user();
    for (let i = 0; i < 5; i++) await failureOf(login(email, 'wrong'));
    identity.time.now += 15 * 60_000;
    for (let i = 0; i < 4; i++) await failureOf(login(email, 'wrong'));
    expect(await failureOf(login(email, password))).toBe('no failure');
  });

  it('counts exactly under concurrency', async () => {
    const { email } = await identity.user();
    await Promise.all(Array.from({ length: 4 }, () => failureOf(login(email, 'wrong'))));
    expect(await failureOf(login(email, password))).toBe('no failure');
    await Promise.all(Array.from({ length: 20 }, () => failureOf(login(email, 'wrong'))));
    const item = await identity.tables.get(createLockout(identity).keyOf(email));
    expect(item?.failures).toBe(5);
    expect(await failureOf(login(email, password))).toBe('UNAUTHORIZED');
  });

  it('holds for every route that takes a password, in any case of the e-mail', async () => {
    const { email } = await identity.user();
    for (let i = 0; i < 5; i++) await failureOf(login(email, 'wrong'));
    expect(await failureOf(identity.auth.issueTokens(publicCaller(), { email, password }))).toBe(
      'UNAUTHORIZED',
    );
  });

  it('lets many right logins at once pass', async () => {
    const { email } = await identity.user();
    const ends = await Promise.all(Array.from({ length: 12 }, () => failureOf(login(email, password))));
    expect(new Set(ends)).toEqual(new Set(['no failure']));
  });
});
