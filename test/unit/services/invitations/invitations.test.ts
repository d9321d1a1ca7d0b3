import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { failureOf, fullList, openIdentity, password, publicCaller, startIdentity } from '../auth/harness.ts';

let identity: Awaited<ReturnType<typeof startIdentity>>;
let admin: Caller;
beforeAll(async () => {
  identity = await startIdentity('invite');
  admin = (await identity.administrator()).caller;
});
afterAll(() => identity.stop());

let count = 0;
const fresh = () => `invited${++count}@example.com`;
const register = (invitation?: string, email = fresh(), process = identity) =>
  process.auth.register(publicCaller(), { email, password, name: 'Invited', invitation });
const invite = async (email?: string, expires_in_hours = 1) => {
  const { id, invitation = '' } = await identity.invitations.create(admin, { email, expires_in_hours });
  return { id, code: invitation };
};

describe('registration', () => {
  it.each([
    ['open', undefined, 'no failure'],
    ['closed', undefined, 'FORBIDDEN'],
    ['invite', undefined, 'FORBIDDEN'],
    ['invite', 'inv_nonsense', 'FORBIDDEN'],
    ['invite', `inv_${'0'.repeat(64)}`, 'FORBIDDEN'],
  ] as const)('where it is %s and the invitation is %s: %s', async (admission, code, end) => {
    const process = openIdentity(identity.database, admission, identity.time);
    expect(await failureOf(register(code, fresh(), process as never))).toBe(end);
  });

  it('by invitation works once, also when several come at once', async () => {
    const { code } = await invite();
    const ends = await Promise.all(Array.from({ length: 4 }, () => failureOf(register(code))));
    expect(ends.toSorted()).toEqual([...Array(3).fill('FORBIDDEN'), 'no failure']);
  });

  it('that fails leaves the invitation good', async () => {
    const { code } = await invite();
    const taken = (await register((await invite()).code)).email;
    expect(await failureOf(register(code, taken))).toBe('INVALID_INPUT');
    expect(await failureOf(register(code))).toBe('no failure');
  });

  it.each([
    ['after its end', async () => (await invite()).code, () => (identity.time.now += 3_600_000)],
    ['for another e-mail', async () => (await invite('other@example.com')).code, () => 0],
    [
      'after it was taken back',
      async () => {
        const { id, code } = await invite();
        await identity.invitations.revoke(admin, id);
        return code;
      },
      () => 0,
    ],
  ])('is refused with an invitation %s', async (_, code, then) => {
    const made = await code();
    then();
    expect(await failureOf(register(made))).toBe('FORBIDDEN');
  });

  it('takes an invitation for its e-mail', async () => {
    const email = fresh();
    expect(await failureOf(register((await invite(email)).code, email))).toBe('no failure');
  });
});

describe('invitations', () => {
  it('are listed with their state, and without their code', async () => {
    const [open, used] = [await invite(), await invite()];
    await register(used.code);
    const { items } = await identity.invitations.list(admin, fullList);
    const stateOf = (id: string) => items.find((one) => one.id === id)?.state;
    expect([stateOf(open.id), stateOf(used.id)]).toEqual(['OPEN', 'USED']);
    expect(JSON.stringify(items)).not.toContain('inv_');
    identity.time.now += 3_600_000;
    const later = await identity.invitations.list(admin, { ...fullList, paged: true, page: 1, q: open.id });
    expect(later.items).toMatchObject([{ id: open.id, state: 'EXPIRED' }]);
  });

  it.each([
    ['00000000-0000-7000-8000-000000000000', 'NOT_FOUND'],
    ['nonsense', 'INVALID_INPUT'],
  ])('taken back by the id %s: %s', async (id, type) => {
    expect(await failureOf(identity.invitations.revoke(admin, id))).toBe(type);
  });
});
