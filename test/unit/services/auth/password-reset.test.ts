import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authLetters } from '../../../../lib/services/auth/letter-writers.ts';
import type { Mail } from '../../../../lib/services/mail/schema.ts';
import { createMailWorker } from '../../../../lib/services/mail/service.ts';
import { collect } from '../../../support/collect.ts';
import { failureOf, fullList, password, publicCaller, startIdentity } from './harness.ts';

let identity: Awaited<ReturnType<typeof startIdentity>>;
beforeAll(async () => {
  identity = await startIdentity();
});
afterAll(() => identity.stop());

const renewed = 'a quite different one';
const signal = () => AbortSignal.timeout(20_000);
const sent: Mail[] = [];

/** Does what stream, bus and queue do: hands every request to the worker. */
const deliver = async (mailer = { send: async (mail: Mail) => void sent.push(mail) }): Promise<string[]> => {
  sent.length = 0;
  const worker = createMailWorker({
    ...identity,
    mailer,
    letters: authLetters({ ...identity, publicUrl: 'https://c' }),
  });
  const requests = await collect(identity.tables.query({ partition: 'T#PLATFORM#MAIL' }));
  const outcomes: string[] = [];
  for (const { sk } of requests) outcomes.push(await worker(String(sk), signal()));
  return outcomes;
};

const tokenIn = (mail: Mail | undefined) => /token: ([0-9a-f]{64})/.exec(mail?.text ?? '')?.[1] ?? 'none';
const forgot = (email: string) => identity.auth.forgotPassword(publicCaller(), email);
const reset = (token: string, new_password = renewed) =>
  identity.auth.resetPassword(publicCaller(), { token, new_password });

const tokenFor = async (email: string) => {
  await forgot(email);
  await deliver();
  return tokenIn(sent.find(({ to, text }) => to === email && text.includes('reset token')));
};

describe('a forgotten password', () => {
  it('is asked for in one write, the same for everybody', async () => {
    const { email } = await identity.register();
    const costs = [];
    for (const one of [email, 'nobody@example.com']) {
      identity.database.consumed.length = 0;
      await forgot(one);
      costs.push(identity.database.consumed.map(({ operation, writeUnits }) => [operation, writeUnits]));
    }
    expect(costs[0]).toHaveLength(1);
    expect(costs[0]).toEqual(costs[1]);
    expect((await deliver()).toSorted()).toEqual(['sent', 'unknown address']);
    expect(sent.map(({ to }) => to)).toEqual([email]);
  });

  it('is replaced once with the mailed token, of which only a hash is kept', async () => {
    const { email } = await identity.register();
    const token = await tokenFor(email);
    expect(await failureOf(reset(token))).toBe('no failure');
    expect(await failureOf(identity.auth.login(publicCaller(), { email, password }))).toBe('UNAUTHORIZED');
    expect(await failureOf(identity.auth.login(publicCaller(), { email, password: renewed }))).toBe(
      'no failure',
    );
    expect(await failureOf(reset(token))).toBe('INVALID_INPUT');
  });

  it('is replaced once, however many try at the same time', async () => {
    const token = await tokenFor((await identity.register()).email);
    const ends = await Promise.all(Array.from({ length: 4 }, () => failureOf(reset(token))));
    expect(ends.toSorted()).toEqual([...Array(3).fill('INVALID_INPUT'), 'no failure']);
  });

  it('spends every token that was sent', async () => {
    const { email } = await identity.register();
    const [first, second] = [await tokenFor(email), await tokenFor(email)];
    expect(await failureOf(reset(second))).toBe('no failure');
    expect(await failureOf(reset(first))).toBe('INVALID_INPUT');
  });

  it.each([
    ['unknown', async () => 'f'.repeat(64)],
    ['nonsense', async () => 'x'],
    [
      'an hour old',
      async () => {
        const token = await tokenFor((await identity.register()).email);
        identity.time.now += 3_600_000;
        return token;
      },
    ],
  ])('is not replaced by a token that is %s', async (_, token) => {
    await expect(reset(await token())).rejects.toMatchObject({
      type: 'INVALID_INPUT',
      issues: [{ path: 'token' }],
    });
  });

  it('is not replaced by a weak one, and the token stays good', async () => {
    const token = await tokenFor((await identity.register()).email);
    await expect(reset(token, 'Test1234')).rejects.toMatchObject({ issues: [{ path: 'new_password' }] });
    expect(await failureOf(reset(token))).toBe('no failure');
  });

  it("ends tokens and logins' keys, and leaves keys that the user made", async () => {
    const user = await identity.user();
    const own = await identity.apiKeys.create(user.caller, { name: 'own' });
    const tokens = await identity.auth.issueTokens(publicCaller(), { email: user.email, password });
    await reset(await tokenFor(user.email));
    const bearer = failureOf(identity.authenticator.authenticate({ bearer: tokens.access_token }, signal()));
    const refresh = failureOf(
      identity.auth.issueTokens(publicCaller(), { refresh_token: tokens.refresh_token }),
    );
    expect(await Promise.all([bearer, refresh])).toEqual(['UNAUTHORIZED', 'UNAUTHORIZED']);
    expect(await failureOf(identity.principalOf(user.key))).toBe('UNAUTHORIZED');
    expect(await failureOf(identity.principalOf(own.key))).toBe('no failure');
    expect(await deliver()).toEqual(['sent']);
    expect(sent[0]).toMatchObject({ to: user.email, subject: 'Your password was changed' });
    const { items } = await identity.apiKeys.list(user.caller, fullList);
    expect(items.map(({ name }) => name)).toEqual(['own']);
  });

  it('lifts the lockout when it is replaced', async () => {
    const { email } = await identity.register();
    for (let i = 0; i < 5; i++)
      await failureOf(identity.auth.login(publicCaller(), { email, password: 'wrong' }));
    await reset(await tokenFor(email));
    expect(await failureOf(identity.auth.login(publicCaller(), { email, password: renewed }))).toBe(
      'no failure',
    );
  });
});

describe('the mail worker', () => {
  it('sends at most five reset mails to one user within an hour', async () => {
    const { email } = await identity.register();
    await deliver();
    for (let i = 0; i < 6; i++) await forgot(email);
    expect((await deliver()).toSorted()).toEqual([...Array(5).fill('sent'), 'too many within the hour']);
  });

  it('keeps a request that could not be sent, and sends it when it is repeated', async () => {
    const { email } = await identity.register();
    await deliver();
    await forgot(email);
    const broken = deliver({ send: () => Promise.reject(new Error('no mail today')) });
    await expect(broken).rejects.toThrow('no mail today');
    expect(await deliver()).toEqual(['sent']);
    expect(await deliver()).toEqual([]);
  });

  it('does nothing the second time', async () => {
    const mailer = { send: async () => expect.unreachable() };
    const worker = createMailWorker({ ...identity, mailer, letters: {} });
    expect(await worker('00000000-0000-7000-8000-000000000000', signal())).toBe('done before');
  });
});
