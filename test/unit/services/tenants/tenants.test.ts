import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { failureOf, fullList, openIdentity, startIdentity } from '../auth/harness.ts';

let identity: Awaited<ReturnType<typeof startIdentity>>;
let admin: Caller;
beforeAll(async () => {
  identity = await startIdentity();
  admin = (await identity.administrator()).caller;
});
afterAll(() => identity.stop());

const eventOf = async (tenant: string) =>
  (await identity.tables.get({ pk: `T#${tenant}#TENANT`, sk: tenant }))?.event;

describe('a suspended tenant', () => {
  it("can't use its keys: at once here, within 30 s elsewhere, and again after it was resumed", async () => {
    const other = openIdentity(identity.database, 'open', identity.time);
    const user = await identity.user();
    const works = async (process: Pick<typeof identity, 'principalOf'>) =>
      failureOf(process.principalOf(user.key));
    expect(await works(other as never)).toBe('no failure');
    const tenant = await identity.tenants.suspend(admin, user.id, { instances: 'leave' });
    expect(tenant).toMatchObject({ id: user.id, status: 'SUSPENDED', suspended_at: expect.any(String) });
    expect(await works(identity)).toBe('UNAUTHORIZED');
    identity.time.now += 30_000;
    expect(await works(other as never)).toBe('UNAUTHORIZED');
    const resumed = await identity.tenants.resume(admin, user.id);
    expect(resumed).not.toHaveProperty('suspended_at');
    expect(await works(identity)).toBe('no failure');
    identity.time.now += 30_000;
    expect(await works(other as never)).toBe('no failure');
  });

  it.each([
    ['stop', 'suspend'],
    ['leave', 'suspend-leave'],
  ] as const)('with its instances to %s makes the event %s of its own tenant', async (instances, action) => {
    const { id } = await identity.register();
    await identity.tenants.suspend(admin, id, { instances });
    const { user, requestId } = { user: admin.principal.user, requestId: admin.requestId };
    expect(await eventOf(id)).toMatchObject({ action, phase: 'succeeded', user, request_id: requestId });
    await identity.tenants.resume(admin, id);
    expect(await eventOf(id)).toMatchObject({ action: 'resume' });
  });

  it('may be suspended again, so that its instances stop after all; resumed again, nothing happens', async () => {
    const { id } = await identity.register();
    const first = await identity.tenants.suspend(admin, id, { instances: 'leave' });
    identity.time.now += 1_000;
    const second = await identity.tenants.suspend(admin, id, { instances: 'stop' });
    expect(second.suspended_at).toBe(first.suspended_at);
    expect(await eventOf(id)).toMatchObject({ action: 'suspend' });
    await identity.tenants.resume(admin, id);
    const event = await eventOf(id);
    await identity.tenants.resume(admin, id);
    expect(await eventOf(id)).toEqual(event);
  });
});

describe('tenants', () => {
  it('are found and listed in pages', async () => {
    const user = await identity.register();
    expect(await identity.tenants.get(admin, user.id)).toMatchObject({ email: user.email, status: 'ACTIVE' });
    const request = { ...fullList, paged: true, page: 1, pageSize: 2, sortBy: 'name', q: user.id } as const;
    const { items, page } = await identity.tenants.list(admin, request);
    expect(items.map(({ id }) => id)).toEqual([user.id]);
    expect(page?.total).toBe(1);
  });

  it.each([
    ['get', (id: string) => identity.tenants.get(admin, id)],
    ['suspend', (id: string) => identity.tenants.suspend(admin, id, { instances: 'stop' })],
    ['resume', (id: string) => identity.tenants.resume(admin, id)],
    ['quotas', (id: string) => identity.tenants.quotas(admin, id)],
    ['set quotas', (id: string) => identity.tenants.setQuotas(admin, id, { instances: 1 })],
  ])('that are absent: %s answers NOT_FOUND, and INVALID_INPUT to what is no id', async (_, act) => {
    expect(await failureOf(act('00000000-0000-7000-8000-000000000000'))).toBe('NOT_FOUND');
    expect(await failureOf(act('nonsense'))).toBe('INVALID_INPUT');
  });

  it('have quotas, which an administrator sets', async () => {
    const { id } = await identity.register();
    expect(await identity.tenants.setQuotas(admin, id, { instances: 7 })).toMatchObject([{ limit: 7 }]);
    expect(await identity.tenants.quotas(admin, id)).toMatchObject([{ resource: 'instances', limit: 7 }]);
  });
});
