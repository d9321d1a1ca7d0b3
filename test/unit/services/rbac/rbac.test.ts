import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { permissions } from '../../../../lib/platform/auth/permissions.ts';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { failureOf, fullList, openIdentity, startIdentity } from '../auth/harness.ts';

let identity: Awaited<ReturnType<typeof startIdentity>>;
let admin: Caller;
beforeAll(async () => {
  identity = await startIdentity();
  admin = (await identity.administrator()).caller;
});
afterAll(() => identity.stop());

let count = 0;
let name: string;
beforeEach(() => {
  name = `role-${++count}`;
});

const idOf = (digit: number) => `00000000-0000-0000-0000-00000000000${digit}`;
const make = (wanted: string[] = []) =>
  identity.rbac.createRole(admin, { name, description: 'd', permissions: wanted });

describe('the built-in roles', () => {
  it.each([
    ['admin', 1, ['*']],
    ['developer', 2, [...permissions]],
    ['viewer', 3, permissions.filter((one) => one.endsWith(':read'))],
  ])('%s is there without having been made, by id and by name', async (builtIn, digit, wanted) => {
    for (const handle of [builtIn, idOf(digit)])
      expect(await identity.rbac.getRole(admin, handle)).toMatchObject({
        id: idOf(digit),
        name: builtIn,
        permissions: wanted,
      });
  });

  it('are listed with the others', async () => {
    await make();
    const { items } = await identity.rbac.listRoles(admin, { ...fullList, q: undefined });
    expect(items.map((role) => role.name)).toEqual(
      expect.arrayContaining(['admin', 'developer', 'viewer', name]),
    );
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
  });

  it('can be edited, and then stay so', async () => {
    await identity.rbac.addPermission(admin, idOf(3), 'instance:update');
    expect((await identity.rbac.getRole(admin, 'viewer')).permissions).toContain('instance:update');
    await identity.rbac.removePermission(admin, idOf(3), 'instance:update');
    expect((await identity.rbac.getRole(admin, 'viewer')).permissions).not.toContain('instance:update');
  });

  it.each([
    ['be deleted', () => identity.rbac.deleteRole(admin, idOf(3))],
    [
      'be renamed',
      () => identity.rbac.replaceRole(admin, idOf(3), { name: 'x', description: '', permissions: [] }),
    ],
    [
      'be made again',
      () => identity.rbac.createRole(admin, { name: 'viewer', description: '', permissions: [] }),
    ],
    ['lose * where it is admin', () => identity.rbac.removePermission(admin, idOf(1), '*')],
  ])("can't %s", async (_, act) => {
    expect(await failureOf(act())).toBe('CONFLICT');
  });
});

describe('roles', () => {
  it('have unique names, also when several are made at once', async () => {
    const ends = await Promise.all([make(), make(), make()].map(failureOf));
    expect(ends.toSorted()).toEqual(['CONFLICT', 'CONFLICT', 'no failure']);
  });

  it('are replaced whole', async () => {
    const { id } = await make(['vpc:read']);
    const wanted = {
      name: `${name}-b`,
      description: 'other',
      permissions: ['instance:read', 'instance:read'],
    };
    const expected = { id, name: `${name}-b`, description: 'other', permissions: ['instance:read'] };
    expect(await identity.rbac.replaceRole(admin, id, wanted)).toEqual(expected);
    expect(await identity.rbac.getRole(admin, id)).toEqual(expected);
    expect(await failureOf(identity.rbac.getRole(admin, name))).toBe('NOT_FOUND');
    await make();
    expect(await failureOf(identity.rbac.replaceRole(admin, id, { ...wanted, name }))).toBe('CONFLICT');
  });

  it.each([
    ['created', () => make(['vpc:fly'])],
    ['changed', async () => identity.rbac.addPermission(admin, (await make()).id, 'vpc:fly')],
  ])('are not %s with an unknown permission', async (_, act) => {
    await expect(act()).rejects.toMatchObject({
      type: 'INVALID_INPUT',
      message: expect.stringContaining('vpc:fly'),
    });
  });

  it('take permissions one by one, all of those that come at once', async () => {
    const { id } = await make();
    const some = permissions.slice(0, 8);
    await Promise.all(some.map((permission) => identity.rbac.addPermission(admin, id, permission)));
    await identity.rbac.addPermission(admin, id, some[0] as string);
    expect((await identity.rbac.getRole(admin, id)).permissions.toSorted()).toEqual(some.toSorted());
    await identity.rbac.removePermission(admin, id, some[0] as string);
    expect((await identity.rbac.getRole(admin, id)).permissions).toHaveLength(7);
  });

  it.each([
    ['get', () => identity.rbac.getRole(admin, 'no-such-role'), 'NOT_FOUND'],
    ['get by id', () => identity.rbac.getRole(admin, '00000000-0000-7000-8000-000000000000'), 'NOT_FOUND'],
    [
      'add to',
      () => identity.rbac.addPermission(admin, '00000000-0000-7000-8000-000000000000', '*'),
      'NOT_FOUND',
    ],
    ['delete', () => identity.rbac.deleteRole(admin, '00000000-0000-7000-8000-000000000000'), 'no failure'],
    ['delete by name', () => identity.rbac.deleteRole(admin, 'viewer'), 'INVALID_INPUT'],
  ])('that are absent: %s → %s', async (_, act, type) => {
    expect(await failureOf(act())).toBe(type);
  });
});

describe('bindings', () => {
  it.each([
    ['id', (user: { id: string }) => user.id],
    ['id in another form', (user: { id: string }) => `urn:uuid:${user.id.toUpperCase()}`],
    ['e-mail', (user: { email: string }) => user.email],
  ])('find the user by %s', async (_, handle) => {
    const user = await identity.user();
    await identity.rbac.bind(admin, { user_identifier: handle(user), role_name: 'viewer' });
    expect((await identity.principalOf(user.key)).role).toBe('viewer');
  });

  it.each([
    ['role', (id: string) => ({ user_identifier: id, role_name: 'no-such-role' })],
    ['user', () => ({ user_identifier: '00000000-0000-7000-8000-000000000000', role_name: 'viewer' })],
    ['e-mail', () => ({ user_identifier: 'nobody@example.com', role_name: 'viewer' })],
  ])('refuse an unknown %s', async (what, body) => {
    const { id } = await identity.register();
    expect(await failureOf(identity.rbac.bind(admin, body(id)))).toBe('NOT_FOUND');
    expect(what).toBeTruthy();
  });

  it('list every user, in pages on request', async () => {
    const user = await identity.register();
    const all = await identity.rbac.listBindings(admin, fullList);
    expect(all.items[0]).toEqual(user);
    const page = await identity.rbac.listBindings(admin, { ...fullList, paged: true, page: 1, pageSize: 1 });
    expect(page.items).toEqual([user]);
    expect(page.page?.total).toBe(all.items.length);
  });

  it('hold at once here and within 30 s elsewhere; a deleted role leaves its users without permissions', async () => {
    const other = openIdentity(identity.database, 'open', identity.time);
    const user = await identity.user();
    const { id } = await make(['vpc:read']);
    const allowed = async (process: {
      principalOf(key: string): Promise<{ permissions: ReadonlySet<string> }>;
    }) => [...(await process.principalOf(user.key)).permissions];
    await identity.rbac.bind(admin, { user_identifier: user.id, role_name: name });
    expect([await allowed(identity), await allowed(other)]).toEqual([['vpc:read'], ['vpc:read']]);
    identity.time.now += 15_000;
    await identity.rbac.addPermission(admin, id, 'vpc:update');
    expect(await allowed(identity)).toEqual(['vpc:read', 'vpc:update']);
    identity.time.now += 30_000;
    expect(await allowed(other)).toEqual(['vpc:read', 'vpc:update']);
    await identity.rbac.deleteRole(admin, id);
    expect(await allowed(identity)).toEqual([]);
    identity.time.now += 30_000;
    expect(await allowed(other)).toEqual([]);
  });
});

describe('the last administrator', () => {
  it('stays one, also when all give up at the same time', async () => {
    const lonely = await startIdentity();
    try {
      const admins = [
        await lonely.administrator(),
        await lonely.administrator(),
        await lonely.administrator(),
      ];
      const ends = await Promise.all(
        admins.map(({ id, caller }) =>
          failureOf(lonely.rbac.bind(caller, { user_identifier: id, role_name: 'developer' })),
        ),
      );
      expect(ends.toSorted()).toEqual(['CONFLICT', 'no failure', 'no failure']);
      const { items } = await lonely.rbac.listBindings(admin, fullList);
      const [left] = items.filter(({ role }) => role === 'admin');
      const last = admins.find(({ id }) => id === left?.id);
      expect(last).toBeDefined();
      if (!last) return;
      const suspended = lonely.tenants.suspend(last.caller, last.id, { instances: 'leave' });
      expect(await failureOf(suspended)).toBe('CONFLICT');
      const heir = admins.find(({ id }) => id !== last.id)?.id ?? '';
      await lonely.rbac.bind(last.caller, { user_identifier: heir, role_name: 'admin' });
      await lonely.tenants.suspend(last.caller, last.id, { instances: 'leave' });
      const demoted = lonely.rbac.bind(last.caller, { user_identifier: heir, role_name: 'viewer' });
      expect(await failureOf(demoted)).toBe('CONFLICT');
    } finally {
      await lonely.stop();
    }
  });
});
