import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCache } from '../../../../lib/platform/auth/cache.ts';
import { effectivePermissions } from '../../../../lib/platform/auth/roles.ts';
import type { Tables } from '../../../../lib/platform/table/types.ts';
import { eventually } from '../../../support/eventually.ts';
import { failureOf, openIdentity, startIdentity } from '../../services/auth/harness.ts';

let identity: Awaited<ReturnType<typeof startIdentity>>;
beforeAll(async () => {
  identity = await startIdentity();
});
afterAll(() => identity.stop());

const open = (tables: Tables = identity.tables) => openIdentity({ tables }, 'open', identity.time);
const operations = () => identity.database.consumed.map(({ operation }) => operation);

/** A key whose use was noted within this minute, so that nothing but authentication asks the tables. */
const quietKey = async (): Promise<string> => {
  const { key, id } = await identity.user();
  await eventually("the key's use is noted", async () => {
    for await (const _ of identity.tables.query({ table: 'ephemeral', partition: `KEYUSE#${id}` }))
      return true;
    return false;
  });
  return key;
};

describe('authentication', () => {
  it('asks the tables twice for a key that it does not know, and not at all for 20 s after', async () => {
    const key = await quietKey();
    const process = open();
    identity.database.consumed.length = 0;
    await process.principalOf(key);
    expect(operations().filter((one) => one !== 'UpdateItem')).toEqual(['GetItem', 'BatchGetItem']);
    identity.time.now += 19_000;
    await eventually('the note of the use is through', async () => identity.database.consumed.length >= 2);
    const before = operations().filter((one) => one !== 'UpdateItem').length;
    await process.principalOf(key);
    expect(operations().filter((one) => one !== 'UpdateItem')).toHaveLength(before);
    identity.time.now += 1_000;
    await process.principalOf(key);
    expect(operations().filter((one) => one !== 'UpdateItem').length).toBeGreaterThan(before);
  });

  it.each([
    ['an unknown key', `thecloud_${'0'.repeat(32)}`, 1],
    ['what has not the form of a key', 'thecloud_nonsense', 0],
    ['nothing', '', 0],
  ])('refuses %s, and again without asking', async (_, key, reads) => {
    const process = open();
    identity.database.consumed.length = 0;
    for (let i = 0; i < 3; i++) expect(await failureOf(process.principalOf(key))).toBe('UNAUTHORIZED');
    expect(operations()).toHaveLength(reads);
  });

  it('takes a key as a bearer as well', async () => {
    const { key, id } = await identity.user();
    const principal = await identity.authenticator.authenticate({ bearer: key }, AbortSignal.timeout(20_000));
    expect(principal.tenant).toBe(id);
  });

  it('does not remember a failure of the tables as a refusal', async () => {
    const { key } = await identity.user();
    let broken = true;
    const tables: Tables = {
      ...identity.tables,
      get: (...given) =>
        broken ? Promise.reject(new Error('no table today')) : identity.tables.get(...given),
    };
    const process = open(tables);
    await expect(process.principalOf(key)).rejects.toThrow('no table today');
    broken = false;
    expect(await failureOf(process.principalOf(key))).toBe('no failure');
  });

  it("writes no last use that another execution noted within the minute, and writes the next minute's", async () => {
    const key = await quietKey();
    const written: unknown[] = [];
    const write: Tables['write'] = (one, ...rest) => {
      written.push(one);
      return identity.tables.write(one, ...rest);
    };
    await open({ ...identity.tables, write }).principalOf(key);
    expect(written).toEqual([]);
    identity.time.now += 61_000;
    await open({ ...identity.tables, write }).principalOf(key);
    expect(written).toHaveLength(1);
  });

  it("does not fail where a key's last use can't be noted, and reports it", async () => {
    const { key } = await identity.user();
    identity.time.now += 61_000;
    const process = open({ ...identity.tables, write: () => Promise.reject(new Error('no write today')) });
    expect(await failureOf(process.principalOf(key))).toBe('no failure');
    await eventually('the failure is reported', async () => process.reported.length === 1);
  });
});

describe('what role and scopes allow together', () => {
  it.each([
    ['no scopes', ['a', 'b'], undefined, ['a', 'b']],
    ['scopes within the role', ['a', 'b'], ['a'], ['a']],
    ['scopes beyond the role', ['a'], ['a', 'b', '*x'], ['a']],
    ['all scopes', ['a', 'b'], ['*'], ['a', 'b']],
    ['scopes of an administrator', ['*'], ['a'], ['a']],
    ['all scopes of an administrator', ['*'], ['*'], ['*']],
    ['no permission at all', [], ['a'], []],
  ])('with %s', (_, role, scopes, allowed) => {
    expect([...effectivePermissions(role, scopes)]).toEqual(allowed);
  });
});

describe('the cache', () => {
  it('forgets what is over, and the least recently used where it is full', () => {
    const time = { now: 0 };
    const cache = createCache<number>({ now: () => time.now }, 2);
    cache.set('a', 1, 10);
    cache.set('b', 2, 20);
    expect(cache.get('a')).toBe(1);
    cache.set('c', 3, 20);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
    time.now = 10;
    expect([cache.get('a'), cache.get('c')]).toEqual([undefined, 3]);
  });
});
