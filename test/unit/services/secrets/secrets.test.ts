import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { counterKey, partitionOf } from '../../../../lib/platform/table/keys.ts';
import { keptVersions, versionsPartition } from '../../../../lib/services/secrets/versions.ts';
import { type Fault, FaultInjector } from '../../../support/faults.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { everything, newCaller } from '../instances/harness.ts';
import { type Kms, openSecrets, startKms } from './harness.ts';

const byName = { ...everything, sortBy: 'name', sortDir: 'asc' } as const;
const day = 86_400_000;

let database: TestTables;
let kms: Kms;
let faults: FaultInjector;
let open: ReturnType<typeof openSecrets>;

beforeAll(async () => {
  [database, kms] = await Promise.all([startTables(), startKms()]);
  faults = new FaultInjector(database.client);
});
beforeEach(() => {
  faults.clear();
  open = openSecrets(database.tables, { keys: kms.keys });
});
afterAll(() => Promise.all([database?.stop(), kms?.stop()]));

const itemsOf = async (caller: Caller, id: string) => {
  const { tenant } = caller.principal;
  const found = [];
  for await (const item of database.tables.query({
    partition: versionsPartition({ tenant, id }),
    consistent: true,
  }))
    found.push(item);
  return found;
};
const counterOf = (caller: Caller) =>
  database.tables.get(counterKey(caller.principal.tenant, 'SECRET'), { consistent: true });
const recordOf = async (caller: Caller, id: string) => {
  const record = await open.store.find(caller.principal.tenant, id, { tombstones: true });
  if (!record) throw new Error(`there is no ${id}`);
  return record;
};
const notFound = { type: 'NOT_FOUND' };

describe('a secret', () => {
  it('is created with its ciphertext, listed without it, and read by id and by name', async () => {
    const caller = newCaller();
    const made = await open.create(caller, { description: 'of the shop' });
    expect(made).toMatchObject({ name: 'password', description: 'of the shop', current_version: 1 });
    expect(made.encrypted_value).toMatch(/^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/);
    const { items } = await open.secrets.list(caller, byName, false);
    expect(items).toEqual([expect.objectContaining({ id: made.id, encrypted_value: '[REDACTED]' })]);
    for (const idOrName of [made.id, 'password'])
      expect((await open.secrets.get(caller, idOrName)).encrypted_value).toBe('hunter2');
  });

  it('lies in the table without its value, record and versions alike', async () => {
    const caller = newCaller();
    const { id } = await open.create(caller, { value: 'canary-value' });
    await open.secrets.addVersion(caller, id, 'canary-value-2');
    await open.secrets.get(caller, id);
    const { items } = await database.tables.queryPage({
      partition: partitionOf(caller.principal.tenant, 'SECRET'),
    });
    const text = JSON.stringify([items, await itemsOf(caller, id)]);
    expect(text).toContain('ciphertext');
    expect(text).not.toContain('canary');
    expect(text).not.toContain(Buffer.from('canary-value').toString('base64').slice(0, 12));
  });

  it('says when it was last read; its change and its reads are events of its record', async () => {
    const caller = newCaller();
    const { id, last_accessed_at, updated_at } = await open.create(caller);
    expect(last_accessed_at).toBeUndefined();
    expect((await recordOf(caller, id)).event).toMatchObject({
      action: 'create',
      phase: 'succeeded',
      user: caller.principal.user,
      request_id: caller.requestId,
    });
    open.clock.ahead = 5_000;
    const read = await open.secrets.get(caller, id);
    const record = await recordOf(caller, id);
    expect(record.event).toMatchObject({ action: 'access', phase: 'succeeded', user: caller.principal.user });
    expect(read.last_accessed_at).toBe(record.event?.at);
    expect(read.updated_at).toBe(updated_at);
    expect((await open.secrets.list(caller, byName, false)).items[0]?.last_accessed_at).toBe(
      read.last_accessed_at,
    );
  });

  it('is not given where the read can not be written down', async () => {
    const caller = newCaller();
    const { id } = await open.create(caller);
    faults.each((command) => (command === 'UpdateItemCommand' ? 'server-error' : undefined));
    const hurried = { ...caller, signal: AbortSignal.timeout(300) };
    await expect(open.secrets.get(hurried, id)).rejects.toThrow();
    faults.clear();
    expect((await recordOf(caller, id)).last_accessed_at).toBeUndefined();
  });

  it('is read by many at once, each read an event of its own', async () => {
    const caller = newCaller();
    const { id } = await open.create(caller);
    const { version } = await recordOf(caller, id);
    const reads = await Promise.all(Array.from({ length: 40 }, () => open.secrets.get(caller, id)));
    expect(reads.every(({ encrypted_value }) => encrypted_value === 'hunter2')).toBe(true);
    expect((await recordOf(caller, id)).version).toBe(version);
  });

  it('is not read any more when it is deleted between its value and its event', async () => {
    const caller = newCaller();
    const { id } = await open.create(caller);
    const late = openSecrets(database.tables, {
      keys: {
        ...kms.keys,
        unwrap: async (...parameters) => {
          await open.secrets.delete(caller, id, {});
          return kms.keys.unwrap(...parameters);
        },
      },
    });
    await expect(late.secrets.get(caller, id)).rejects.toMatchObject(notFound);
    expect((await recordOf(caller, id)).event?.action).toBe('delete');
  });

  it('has a name that is its own within the tenant, and everybody else’s is another', async () => {
    const [one, other] = [newCaller(), newCaller()];
    const { id } = await open.create(one);
    await expect(open.create(one)).rejects.toMatchObject({ type: 'CONFLICT' });
    await open.create(other, { value: 'theirs' });
    expect((await open.secrets.get(other, 'password')).encrypted_value).toBe('theirs');
    await expect(open.secrets.get(other, id)).rejects.toMatchObject(notFound);
  });

  it('is refused beyond the quota, and a deleted one counts until it is purged', async () => {
    const caller = newCaller();
    const small = openSecrets(database.tables, { keys: kms.keys, limits: { secrets: 1 } });
    const { id } = await small.create(caller);
    await small.secrets.delete(caller, id, {});
    await expect(small.create(caller)).rejects.toMatchObject({ type: 'RESOURCE_LIMIT_EXCEEDED' });
    small.clock.ahead = 7 * day + 1;
    expect(await small.look(caller, id)).toBe('forgotten');
    await small.create(caller);
  });

  it('takes a description, and nothing but that is changed', async () => {
    const caller = newCaller();
    const made = await open.create(caller);
    const after = await open.secrets.update(caller, 'password', { description: 'new' });
    expect(after).toMatchObject({ id: made.id, description: 'new', encrypted_value: '[REDACTED]' });
    expect((await open.secrets.get(caller, made.id)).encrypted_value).toBe('hunter2');
  });

  it('is listed by name as Unicode orders it, page by page and in another order where asked', async () => {
    const caller = newCaller();
    for (const name of ['y', 'ü', 'x', 'Y']) await open.create(caller, { name });
    const names = async (request: object) =>
      (await open.secrets.list(caller, { ...byName, ...request }, false)).items.map(({ name }) => name);
    expect(await names({})).toEqual(['Y', 'x', 'y', 'ü']);
    expect(await names({ sortBy: 'createdAt', sortDir: 'desc' })).toEqual(['Y', 'x', 'ü', 'y']);
    expect(await names({ q: 'Y' })).toEqual(['Y', 'y']);
    const first = await open.secrets.list(caller, { ...byName, paged: true, pageSize: 3 }, false);
    expect(first.page).toMatchObject({ total: 4, totalPages: 2 });
    expect(await names({ paged: true, pageSize: 3, cursor: first.nextCursor })).toEqual(['ü']);
  });
});

describe('the versions of a secret', () => {
  it('are kept: a read gets the newest, or the one that it asks for', async () => {
    const caller = newCaller();
    const { id } = await open.create(caller, { value: 'one' });
    expect(await open.secrets.addVersion(caller, 'password', 'two')).toMatchObject({
      version: 2,
      current: true,
      created_by: caller.principal.user,
    });
    const read = async (version?: number) => (await open.secrets.get(caller, id, version)).encrypted_value;
    expect([await read(), await read(1), await read(2)]).toEqual(['two', 'one', 'two']);
    await expect(read(3)).rejects.toMatchObject(notFound);
    expect(
      (await open.secrets.versions(caller, id)).map(({ version, current }) => [version, current]),
    ).toEqual([
      [2, true],
      [1, false],
    ]);
  });

  it('are as many as are kept; the oldest goes with the next one', async () => {
    const caller = newCaller();
    const { id } = await open.create(caller, { value: 'value 1' });
    for (let version = 2; version <= keptVersions + 2; version++)
      await open.secrets.addVersion(caller, id, `value ${version}`);
    const versions = await open.secrets.versions(caller, id);
    expect(versions.map(({ version }) => version)).toEqual(
      Array.from({ length: keptVersions }, (_, index) => keptVersions + 2 - index),
    );
    expect(await itemsOf(caller, id)).toHaveLength(2 * keptVersions);
    await expect(open.secrets.get(caller, id, 2)).rejects.toMatchObject(notFound);
    expect((await open.secrets.get(caller, id, 3)).encrypted_value).toBe('value 3');
  });

  it('that are given at once all have a number of their own, and none is lost', async () => {
    const caller = newCaller();
    const { id } = await open.create(caller, { value: '1' });
    const added = await Promise.all(
      Array.from({ length: 6 }, async (_, index) => ({
        value: `given ${index}`,
        version: (await open.secrets.addVersion(caller, id, `given ${index}`)).version,
      })),
    );
    expect(added.map(({ version }) => version).sort()).toEqual([2, 3, 4, 5, 6, 7]);
    for (const { value, version } of added)
      expect((await open.secrets.get(caller, id, version)).encrypted_value).toBe(value);
  });

  it('may be made up: rotated, a secret has a value that nobody has seen', async () => {
    const caller = newCaller();
    const { id } = await open.create(caller);
    const rotated = await open.secrets.rotate(caller, id, 40);
    expect(rotated).toMatchObject({ version: 2, current: true });
    const value = (await open.secrets.get(caller, id)).encrypted_value;
    expect(value).toMatch(/^[\w-]{40}$/);
    expect(JSON.stringify(rotated)).not.toContain(value);
    expect((await recordOf(caller, id)).event?.action).toBe('access');
  });
});

describe('a deleted secret', () => {
  it('is gone at once: not found, not listed, its name free, and out of the total', async () => {
    const caller = newCaller();
    const { id } = await open.create(caller);
    const answer = await open.secrets.delete(caller, 'password', {});
    expect(answer).toMatchObject({ id, message: 'secret deleted' });
    for (const idOrName of [id, 'password']) {
      await expect(open.secrets.get(caller, idOrName)).rejects.toMatchObject(notFound);
      await expect(open.secrets.delete(caller, idOrName, {})).rejects.toMatchObject(notFound);
      await expect(open.secrets.addVersion(caller, idOrName, 'x')).rejects.toMatchObject(notFound);
      await expect(open.secrets.versions(caller, idOrName)).rejects.toMatchObject(notFound);
    }
    expect((await open.secrets.list(caller, byName, false)).items).toEqual([]);
    expect(await counterOf(caller)).toMatchObject({ total: 0, used_secrets: 1 });
    await open.create(caller, { value: 'the next one' });
  });

  it('can be restored by its id, with all its versions, until its window ends', async () => {
    const caller = newCaller();
    const { id } = await open.create(caller, { value: 'one' });
    await open.secrets.addVersion(caller, id, 'two');
    const { recoverable_until } = await open.secrets.delete(caller, id, { recovery_days: 10 });
    expect(Date.parse(recoverable_until as string) - Date.now()).toBeGreaterThan(9.9 * day);
    expect((await open.secrets.list(caller, byName, true)).items).toEqual([
      expect.objectContaining({ id, recoverable_until, deleted_at: expect.any(String) }),
    ]);
    open.clock.ahead = 10 * day - 60_000;
    expect(await open.look(caller, id)).toBe('waiting');
    expect(await open.secrets.restore(caller, id)).toMatchObject({
      id,
      name: 'password',
      current_version: 2,
    });
    for (const [version, value] of [
      [1, 'one'],
      [2, 'two'],
    ] as const)
      expect((await open.secrets.get(caller, 'password', version)).encrypted_value).toBe(value);
    expect(await counterOf(caller)).toMatchObject({ total: 1, used_secrets: 1 });
    open.clock.ahead = 20 * day;
    expect(await open.look(caller, id)).toBe('converged');
    expect((await open.secrets.get(caller, id)).encrypted_value).toBe('two');
    const [item] = (
      await database.tables.queryPage({ partition: partitionOf(caller.principal.tenant, 'SECRET') })
    ).items;
    expect(Object.keys(item ?? {})).not.toEqual(expect.arrayContaining(['wpk']));
    expect(item).not.toHaveProperty('deleted_at');
    expect(item).not.toHaveProperty('purge_at');
  });

  it('is not restored where another secret has taken its name', async () => {
    const caller = newCaller();
    const { id } = await open.create(caller);
    await open.secrets.delete(caller, id, {});
    const other = await open.create(caller);
    await expect(open.secrets.restore(caller, id)).rejects.toMatchObject({ type: 'CONFLICT' });
    await open.secrets.delete(caller, other.id, {});
    expect((await open.secrets.restore(caller, id)).id).toBe(id);
  });

  it.each([
    ['absent', async () => randomUUID()],
    [
      'another tenant’s',
      async () => {
        const stranger = newCaller();
        const { id } = await open.create(stranger);
        await open.secrets.delete(stranger, id, {});
        return id;
      },
    ],
  ])('is not restored where it is %s', async (_, idOf) => {
    const id = await idOf();
    await expect(open.secrets.restore(newCaller(), id)).rejects.toMatchObject(notFound);
  });

  it('that is there already is restored as it is', async () => {
    const caller = newCaller();
    const { id } = await open.create(caller);
    const before = await recordOf(caller, id);
    await open.secrets.restore(caller, id);
    expect(await recordOf(caller, id)).toEqual(before);
    expect(await counterOf(caller)).toMatchObject({ total: 1 });
  });

  it('is purged when its window ends, with all its versions, and can not be restored before that is done', async () => {
    const caller = newCaller();
    const { id } = await open.create(caller);
    for (let version = 2; version <= keptVersions + 1; version++)
      await open.secrets.addVersion(caller, id, String(version));
    await open.secrets.delete(caller, id, {});
    open.clock.ahead = 7 * day + 1_000;
    await expect(open.secrets.restore(caller, id)).rejects.toMatchObject(notFound);
    expect((await open.secrets.list(caller, byName, true)).items).toEqual([]);
    expect(await open.look(caller, id)).toBe('forgotten');
    expect(await itemsOf(caller, id)).toEqual([]);
    expect(await open.store.find(caller.principal.tenant, id, { tombstones: true })).toBeUndefined();
    expect(await counterOf(caller)).toMatchObject({ total: 0, used_secrets: 0 });
    expect(await open.look(caller, id)).toBe('absent');
  });

  it('is purged at once by force, and nothing of it can be had any more', async () => {
    const caller = newCaller();
    const { id } = await open.create(caller);
    expect(await open.secrets.delete(caller, id, { force: 'true' })).toEqual({
      id,
      message: 'secret deleted',
    });
    await expect(open.secrets.restore(caller, id)).rejects.toMatchObject(notFound);
    expect(await open.look(caller, id)).toBe('forgotten');
    expect(await itemsOf(caller, id)).toEqual([]);
  });

  const steps: [Fault, string][] = [
    ['timeout-before-effect', 'before'],
    ['timeout-after-effect', 'after'],
  ];
  it.each(steps)('is purged once, also where the answer is lost %s', async (fault) => {
    const caller = newCaller();
    const { id } = await open.create(caller);
    await open.secrets.delete(caller, id, { force: 'true' });
    faults.next('TransactWriteItemsCommand', fault);
    faults.next('UpdateItemCommand', fault);
    expect(['forgotten', 'absent']).toContain(await open.look(caller, id));
    expect(await itemsOf(caller, id)).toEqual([]);
    expect(await counterOf(caller)).toMatchObject({ total: 0, used_secrets: 0 });
  });
});
