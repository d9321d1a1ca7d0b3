import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Secret } from '../../lib/services/secrets/schema.ts';
import { startEngine } from '../../local/engine/index.ts';
import { type Account, ApiClient, newAccount } from '../support/api-client.ts';
import { type RunningEngine, runEngine } from '../support/engine.ts';
import { ephemeralItems, recordItems } from '../support/engine-inspection.ts';
import { eventually } from '../support/eventually.ts';
import { zip } from '../support/zip.ts';

/** The forms in which text may stand in a file: itself, as base64 from each of three offsets, as hex. */
const formsOf = (text: string): string[] => [
  text,
  ...[0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.from(' '.repeat(offset) + text).toString('base64');
    // What depends on the characters beside it is cut off.
    return [encoded.slice(offset === 0 ? 0 : 4, -4)];
  }),
  Buffer.from(text).toString('hex'),
];

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

describe('secrets', () => {
  let engine: RunningEngine;
  let user: Account;
  let other: Account;

  beforeAll(async () => {
    engine = await runEngine({ logLevel: 'DEBUG' });
    [user, other] = (await Promise.all([
      newAccount(engine.url, 'user'),
      newAccount(engine.url, 'other'),
    ])) as [Account, Account];
  });
  afterAll(() => engine?.stop());

  it('are created, listed by name, read and deleted as the contract says', async () => {
    const created = await user.api.post<Secret>('/secrets', {
      name: 'db-password',
      value: 'hunter2',
      description: 'of the shop',
    });
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe(`/secrets/${created.data.id}`);
    expect(Object.keys(created.data).sort()).toEqual([
      'created_at',
      'current_version',
      'description',
      'encrypted_value',
      'id',
      'name',
      'updated_at',
      'user_id',
    ]);
    expect(created.data.user_id).toBe(user.id);
    expect(created.text).not.toContain('hunter2');
    await user.api.post('/secrets', { name: 'api-key', value: 'swordfish' });

    const listed = await user.api.get<Secret[]>('/secrets');
    expect(listed.data.map(({ name, encrypted_value }) => [name, encrypted_value])).toEqual([
      ['api-key', '[REDACTED]'],
      ['db-password', '[REDACTED]'],
    ]);
    for (const idOrName of [created.data.id, created.data.id.toUpperCase(), 'db-password']) {
      const read = await user.api.get<Secret>(`/secrets/${idOrName}`);
      expect([read.status, read.data.encrypted_value]).toEqual([200, 'hunter2']);
      expect(read.headers.get('cache-control')).toBe('no-store');
      expect(Date.parse(read.data.last_accessed_at as string)).toBeGreaterThan(Date.now() - 10_000);
    }
    expect((await user.api.post('/secrets', { name: 'api-key', value: 'x' })).status).toBe(409);
    expect((await other.api.get('/secrets/db-password')).status).toBe(404);
    expect((await other.api.get<Secret[]>('/secrets')).data).toEqual([]);

    const deleted = await user.api.delete<{ message: string; id: string }>('/secrets/db-password');
    expect([deleted.status, deleted.data.message, deleted.data.id]).toEqual([
      200,
      'secret deleted',
      created.data.id,
    ]);
    expect((await user.api.get('/secrets/db-password')).status).toBe(404);
    expect((await user.api.get<Secret[]>('/secrets')).data).toHaveLength(1);
    const again = await user.api.post('/secrets', { name: 'db-password', value: 'hunter3' });
    expect(again.status).toBe(201);
    expect((await user.api.post(`/secrets/${deleted.data.id}/restore`)).status).toBe(409);
    await user.api.delete('/secrets/db-password?force=true');
    expect((await user.api.post(`/secrets/${deleted.data.id}/restore`)).status).toBe(200);
    expect((await user.api.get<Secret>('/secrets/db-password')).data.encrypted_value).toBe('hunter2');
  });

  it('come back to the byte, whatever characters they are made of', async () => {
    const value = `${String.fromCharCode(...Array.from({ length: 255 }, (_, index) => index + 1))}𝔰🔑`;
    await user.api.post('/secrets', { name: 'bytes', value });
    expect((await user.api.get<Secret>('/secrets/bytes')).data.encrypted_value).toBe(value);
  });

  it('say in their history who changed and who read them', async () => {
    const { id } = (await user.api.post<Secret>('/secrets', { name: 'watched', value: 'x' })).data;
    await Promise.all([1, 2, 3].map(() => user.api.get('/secrets/watched')));
    await user.api.post('/secrets/watched/rotate', {});
    const actions = await eventually('all of it is there', async () => {
      const { data } = await user.api.get<{ action: string; user: string; outcome: string }[]>(
        `/secrets/${id}/actions`,
      );
      return data.length === 5 ? data : undefined;
    });
    expect(actions.map(({ action }) => action)).toEqual(['rotate', 'access', 'access', 'access', 'create']);
    for (const one of actions) expect(one).toMatchObject({ user: user.id, outcome: 'succeeded' });
  });

  it('are purged by force within seconds, and nothing of them is left in the table', async () => {
    const { id } = (await user.api.post<Secret>('/secrets', { name: 'short-lived', value: 'x' })).data;
    await user.api.delete('/secrets/short-lived?force=true');
    await eventually('nothing is left', async () => {
      const items = await recordItems(engine);
      return items.every(({ pk, sk }) => !String(pk).includes(id) && sk !== id);
    });
  });

  it('are rotated by a function of their tenant, which says what is wrong with it', async () => {
    const newRotator = async (name: string, source: string) =>
      (
        await user.api.post<{ id: string }>('/functions', {
          name,
          runtime: 'nodejs20',
          handler: 'index.handler',
          code: (
            await zip({ 'index.js': `exports.handler = async (given) => { ${source} };` })
          ).toString('base64'),
        })
      ).data.id;
    const rotator = await newRotator('rotator', "return { value: given.current_value + ' again' };");
    await user.api.post('/secrets', { name: 'rotated', value: 'one' });
    const stranger = await other.api.post('/secrets', {
      name: 'theirs',
      value: 'x',
      rotation_function_id: rotator,
    });
    expect([stranger.status, stranger.text.includes('rotation_function_id')]).toEqual([400, true]);
    expect((await user.api.post('/secrets/rotated/rotation')).status).toBe(409);
    const wish = { rotation_function_id: rotator, rotation_days: 7 };
    expect((await user.api.patch<Secret>('/secrets/rotated', wish)).data).toMatchObject(wish);
    expect((await user.api.post('/secrets/rotated/rotate', {})).status).toBe(409);
    expect((await other.api.post('/secrets/rotated/rotation')).status).toBe(404);
    expect((await user.api.post('/secrets/rotated/rotation')).status).toBe(202);
    const metadata = async () => {
      const { data } = await user.api.get<Secret[]>('/secrets');
      return data.find(({ name }) => name === 'rotated');
    };
    await eventually('it is rotated', async () => (await metadata())?.last_rotated_at);
    expect((await user.api.get<Secret>('/secrets/rotated')).data.encrypted_value).toBe('one again');
    const failing = await newRotator('failing', 'throw new Error(given.current_value);');
    await user.api.patch('/secrets/rotated', { rotation_function_id: failing });
    await user.api.post('/secrets/rotated/rotation');
    await eventually('it says why it fails', async () => (await metadata())?.rotation_error);
    expect((await metadata())?.rotation_error).toBe('its function failed');
    expect((await user.api.get<Secret>('/secrets/rotated')).data.encrypted_value).toBe('one again');
    await user.api.delete('/secrets/rotated?force=true');
  });

  it('are written nowhere: not in tables, logs, queues, events or any file of the data folder', async () => {
    const canary = `canary-${crypto.randomUUID()}`;
    const key = { headers: { 'idempotency-key': canary.slice(7) } };
    const body = { name: 'canary', value: canary };
    const { id } = (await user.api.post<Secret>('/secrets', body, key)).data;
    expect((await user.api.post<Secret>('/secrets', body, key)).data.id).toBe(id);
    // What goes wrong with it in hand says nothing of it either.
    await user.api.post('/secrets', body);
    await user.api.post('/secrets', { ...body, value: [canary] });
    await user.api.post('/secrets', { ...body, name: '', value: canary });
    await user.api.post('/secrets', `{"name":"canary","value":"${canary}`);
    await user.api.post('/secrets', `{"name":"canary","value":"${canary}"x}`);
    await user.api.post(`/secrets/${crypto.randomUUID()}/versions`, { value: canary });
    await user.api.post('/secrets/canary/versions', { value: `${canary}-two` }, key);
    await user.api.post('/secrets/canary/versions', { value: `${canary}-two` });
    expect((await user.api.get<Secret>('/secrets/canary')).data.encrypted_value).toBe(`${canary}-two`);
    expect((await user.api.get<Secret>('/secrets/canary?version=1')).data.encrypted_value).toBe(canary);
    // A function that gives it a new value, and then fails with one in its hands.
    const source = `exports.handler = async ({ current_value, version }) => {
        if (version > 2) throw new Error(current_value);
        return { value: current_value + '-three' };
      };`;
    const rotator = await user.api.post<{ id: string }>('/functions', {
      name: 'canary',
      runtime: 'nodejs20',
      handler: 'index.handler',
      code: (await zip({ 'index.js': source })).toString('base64'),
    });
    await user.api.patch('/secrets/canary', { rotation_function_id: rotator.data.id });
    const rotated = async (what: string, ended: (secret: Secret) => unknown) => {
      await user.api.post('/secrets/canary/rotation');
      await eventually(what, async () => {
        const { data } = await user.api.get<Secret[]>('/secrets');
        return data.some((one) => one.id === id && ended(one));
      });
    };
    await rotated('it is rotated', ({ last_rotated_at }) => last_rotated_at);
    expect((await user.api.get<Secret>('/secrets/canary')).data.encrypted_value).toBe(`${canary}-two-three`);
    await rotated('its rotation fails', ({ rotation_error }) => rotation_error);
    await eventually('its events have gone all the way', async () => {
      const { data } = await user.api.get<{ action: string; outcome: string }[]>('/secrets/canary/actions');
      return data.some(({ action, outcome }) => action === 'rotate' && outcome === 'failed');
    });
    const found: string[] = [];
    const forms = formsOf(canary);
    const look = (where: string, content: Buffer | string) => {
      for (const form of forms) if (content.includes(form)) found.push(`${where}: ${form}`);
    };
    look('table of record', JSON.stringify(await recordItems(engine)));
    look('ephemeral table', JSON.stringify(await ephemeralItems(engine)));
    const files = filesBelow(engine.dataDir);
    expect(files.some((file) => file.includes('api-secrets'))).toBe(true);
    const contents = files.map((file) => [file, readFileSync(file)] as const);
    for (const [file, content] of contents) look(file, content);
    expect(found).toEqual([]);
    expect(
      contents.some(([file, content]) => file.includes('dynamodb') && content.includes(id)),
      'what is in the tables can be found in the files',
    ).toBe(true);
    look('a file with it', Buffer.from(`..${canary}..`).toString('base64'));
    expect(found.length).toBeGreaterThan(0);
  });

  it('lie under a key that only the owner of the data folder may read', () => {
    for (const file of filesBelow(engine.dataDir).filter((name) => name.includes('engine.sqlite')))
      expect([file, statSync(file).mode & 0o777]).toEqual([file, 0o600]);
  });

  it('are there after the engine has died, under the same key, and no read of them is forgotten', async () => {
    const { id } = (await user.api.post<Secret>('/secrets', { name: 'kept', value: 'hunter2' })).data;
    await user.api.get('/secrets/kept');
    await engine.crash();
    const again = await startEngine({ dataDir: engine.dataDir, port: 0, quiet: true });
    try {
      const api = new ApiClient(again.url, user.api.key);
      expect((await api.get<Secret>(`/secrets/${id}`)).data.encrypted_value).toBe('hunter2');
      await eventually('all of its history is there', async () => {
        const { data } = await api.get<{ action: string }[]>(`/secrets/${id}/actions`);
        return data.map(({ action }) => action).join() === 'access,access,create';
      });
    } finally {
      await again.stop();
    }
  });
});
