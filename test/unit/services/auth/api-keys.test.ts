import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { never } from '../../../../lib/services/auth/api-key-record.ts';
import { eventually } from '../../../support/eventually.ts';
import { callerOf, failureOf, fullList, openIdentity, startIdentity } from './harness.ts';

let identity: Awaited<ReturnType<typeof startIdentity>>;
beforeAll(async () => {
  identity = await startIdentity();
});
afterAll(() => identity.stop());

const works = async (key: string, process = identity): Promise<boolean> =>
  (await failureOf(process.principalOf(key))) === 'no failure';

describe('API keys', () => {
  it('are shown once, and masked in lists', async () => {
    const { caller } = await identity.user();
    const made = await identity.apiKeys.create(caller, { name: 'ci' });
    expect(made).toMatchObject({ name: 'ci', last_used: never, user_id: caller.principal.user });
    const { items } = await identity.apiKeys.list(caller, fullList);
    expect(items[0]).toMatchObject({ id: made.id, key: `${made.key.slice(0, 13)}…` });
    expect(JSON.stringify(items)).not.toContain(made.key);
  });

  it('work at once, and nowhere else than in their own tenant', async () => {
    const { caller, id } = await identity.user();
    const { key } = await identity.apiKeys.create(caller, { name: 'ci' });
    expect(await identity.principalOf(key)).toMatchObject({
      tenant: id,
      user: id,
      credential: { kind: 'api_key' },
    });
  });

  it('die at once with their revocation in the process that did it, and within 30 s in every other', async () => {
    const other = openIdentity(identity.database, 'open', identity.time);
    const { caller } = await identity.user();
    const { id, key } = await identity.apiKeys.create(caller, { name: 'ci' });
    expect([await works(key), await works(key, other as never)]).toEqual([true, true]);
    await identity.apiKeys.revoke(caller, id);
    expect(await works(key)).toBe(false);
    identity.time.now += 30_000;
    expect(await works(key, other as never)).toBe(false);
  });

  it('end at their time, also where they are cached', async () => {
    const { caller } = await identity.user();
    const expires_at = new Date(identity.time.now + 10_000).toISOString();
    const { key } = await identity.apiKeys.create(caller, { name: 'short', expires_at });
    expect(await works(key)).toBe(true);
    identity.time.now += 10_000;
    expect(await works(key)).toBe(false);
  });

  it('are replaced in one step: the old one is dead, the new one has its scopes, end and name', async () => {
    const { caller } = await identity.user();
    const wanted = { name: 'ci', scopes: ['vpc:read'], expires_at: '2027-06-01T00:00:00.000Z' };
    const old = await identity.apiKeys.create(caller, wanted);
    expect(await works(old.key)).toBe(true);
    const renewed = await identity.apiKeys.rotate(caller, old.id);
    expect(renewed).toMatchObject({ ...wanted, name: 'ci (rotated)' });
    expect(renewed.id).not.toBe(old.id);
    expect([await works(old.key), await works(renewed.key)]).toEqual([false, true]);
    const { items } = await identity.apiKeys.list(caller, fullList);
    expect(items.map(({ name }) => name)).toEqual(['ci (rotated)', 'Default Key']);
  });

  it('are replaced once, however many try at the same time', async () => {
    const { caller } = await identity.user();
    const { id } = await identity.apiKeys.create(caller, { name: 'ci' });
    const ends = await Promise.all(
      Array.from({ length: 5 }, () => failureOf(identity.apiKeys.rotate(caller, id))),
    );
    expect(ends.toSorted()).toEqual([...Array(4).fill('OBJECT_NOT_FOUND'), 'no failure']);
  });

  it.each([
    ['revoked', (id: string, caller: never) => identity.apiKeys.revoke(caller, id)],
    ['rotated', (id: string, caller: never) => identity.apiKeys.rotate(caller, id)],
  ])("of another user can't be %s: the same words as for an absent one", async (_, act) => {
    const [owner, other] = [await identity.user(), await identity.user()];
    const { id, key } = await identity.apiKeys.create(owner.caller, { name: 'mine' });
    const said = await Promise.all(
      [id, '00000000-0000-7000-8000-000000000000'].map((one) =>
        act(one, other.caller as never).catch(({ type, message }) => ({ type, message })),
      ),
    );
    expect(said[0]).toEqual(said[1]);
    expect(said[0]).toMatchObject({ type: 'OBJECT_NOT_FOUND' });
    expect(await works(key)).toBe(true);
  });

  it('ask for a UUID', async () => {
    const { caller } = await identity.user();
    expect(await failureOf(identity.apiKeys.revoke(caller, 'nonsense'))).toBe('INVALID_INPUT');
  });

  it('are listed in pages on request', async () => {
    const { caller } = await identity.user();
    for (const name of ['b', 'a', 'c']) await identity.apiKeys.create(caller, { name });
    const request = {
      ...fullList,
      paged: true,
      page: 1,
      pageSize: 3,
      sortBy: 'name',
      sortDir: 'asc',
    } as const;
    const first = await identity.apiKeys.list(caller, request);
    expect(first.items.map(({ name }) => name)).toEqual(['Default Key', 'a', 'b']);
    expect(first.page).toMatchObject({ total: 4, totalPages: 2 });
    const second = await identity.apiKeys.list(caller, {
      ...request,
      page: undefined,
      cursor: first.nextCursor,
    });
    expect(second.items.map(({ name }) => name)).toEqual(['c']);
  });

  it('show their last use to the minute, at the price of one write a minute', async () => {
    const { caller } = await identity.user();
    const { id, key } = await identity.apiKeys.create(caller, { name: 'used' });
    const process = openIdentity(identity.database, 'open', identity.time);
    const lastUsed = async () =>
      (await identity.apiKeys.list(caller, fullList)).items.find((one) => one.id === id)?.last_used;
    const first = new Date(identity.time.now).toISOString();
    await process.principalOf(key);
    await eventually('the key shows its last use', async () => (await lastUsed()) === first);
    identity.time.now += 59_000;
    await openIdentity(identity.database, 'open', identity.time).principalOf(key);
    expect(await lastUsed()).toBe(first);
    identity.time.now += 2_000;
    const second = new Date(identity.time.now).toISOString();
    await process.principalOf(key);
    await eventually('the key shows its last use', async () => (await lastUsed()) === second);
  });
});

describe('scopes', () => {
  it('narrow a key to what its owner may do as well', async () => {
    const { caller } = await identity.user();
    const { key } = await identity.apiKeys.create(caller, {
      name: 'narrow',
      scopes: ['vpc:read', 'vpc:read'],
    });
    const principal = await identity.principalOf(key);
    expect([...principal.permissions]).toEqual(['vpc:read']);
    expect(principal.scopes).toEqual(['vpc:read']);
  });

  it.each([
    ['an unknown permission', { scopes: ['vpc:read', 'vpc:fly'] }, 'INVALID_INPUT'],
    ['more than the owner has', { scopes: ['*'] }, 'FORBIDDEN'],
    ['an end in the past', { expires_at: '2020-01-01T00:00:00Z' }, 'INVALID_INPUT'],
  ])('refuse %s', async (_, wanted, type) => {
    const { caller } = await identity.user();
    expect(await failureOf(identity.apiKeys.create(caller, { name: 'x', ...wanted }))).toBe(type);
  });

  it("can't be shaken off: a narrowed key makes, rotates and revokes no wider one", async () => {
    const { caller } = await identity.user();
    const narrow = await identity.apiKeys.create(caller, {
      name: 'narrow',
      scopes: ['vpc:read', 'vpc:update'],
    });
    const wide = await identity.apiKeys.create(caller, { name: 'wide' });
    const inner = callerOf(await identity.principalOf(narrow.key));
    const ends = await Promise.all(
      [
        identity.apiKeys.create(inner, { name: 'all' }),
        identity.apiKeys.create(inner, { name: 'other', scopes: ['instance:launch'] }),
        identity.apiKeys.rotate(inner, wide.id),
        identity.apiKeys.revoke(inner, wide.id),
      ].map(failureOf),
    );
    expect(ends).toEqual(Array(4).fill('FORBIDDEN'));
    expect(await failureOf(identity.apiKeys.create(inner, { name: 'less', scopes: ['vpc:read'] }))).toBe(
      'no failure',
    );
    expect(await failureOf(identity.apiKeys.rotate(inner, narrow.id))).toBe('no failure');
  });

  it('have their like in time: a key that ends makes and rotates none that outlives it', async () => {
    const { caller } = await identity.user();
    const [sooner, own, later] = [1, 2, 3].map((hours) =>
      new Date(identity.time.now + hours * 3_600_000).toISOString(),
    );
    const wide = await identity.apiKeys.create(caller, { name: 'wide' });
    const { key, id } = await identity.apiKeys.create(caller, { name: 'ends', expires_at: own });
    const inner = callerOf(await identity.principalOf(key));
    const make = (expires_at?: string) =>
      failureOf(identity.apiKeys.create(inner, { name: 'x', expires_at }));
    expect([await make(), await make(later), await make(own), await make(sooner)]).toEqual([
      'FORBIDDEN',
      'FORBIDDEN',
      'no failure',
      'no failure',
    ]);
    expect(await failureOf(identity.apiKeys.rotate(inner, wide.id))).toBe('FORBIDDEN');
    expect(await failureOf(identity.apiKeys.revoke(inner, wide.id))).toBe('no failure');
    expect(await failureOf(identity.apiKeys.rotate(inner, id))).toBe('no failure');
  });

  it("shrink with the owner's role", async () => {
    const [admin, user] = [await identity.administrator(), await identity.user()];
    const { key } = await identity.apiKeys.create(user.caller, {
      name: 'n',
      scopes: ['vpc:read', 'vpc:update'],
    });
    await identity.rbac.bind(admin.caller, { user_identifier: user.id, role_name: 'viewer' });
    expect([...(await identity.principalOf(key)).permissions]).toEqual(['vpc:read']);
  });
});
