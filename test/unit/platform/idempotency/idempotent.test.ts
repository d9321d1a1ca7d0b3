import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { CloudError, notFound } from '../../../../lib/platform/errors/index.ts';
import { type Caller, recorded } from '../../../../lib/platform/http/caller.ts';
import { type Route, route } from '../../../../lib/platform/http/route.ts';
import type { AnswerSealer } from '../../../../lib/platform/idempotency/answer-seal.ts';
import type { Tables } from '../../../../lib/platform/table/types.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { served } from '../http/harness.ts';

const Thing = z.object({ id: z.string(), name: z.string(), secret: z.optional(z.string()) });
type Thing = z.infer<typeof Thing>;

/** A service as ours are: what it changes and what it answered go in one transaction. */
const thingsOf = (tables: Tables) => ({
  acted: 0,
  async create(caller: Caller, name: string): Promise<Thing> {
    if (name === 'refused') throw new CloudError('RESOURCE_LIMIT_EXCEEDED', 'the quota things is used up');
    const thing = { id: randomUUID(), name };
    await tables.transact([{ put: { pk: 'THING', sk: thing.id, name } }, ...recorded(caller, thing)], {
      signal: caller.signal,
    });
    this.acted++;
    return thing;
  },
  async delete(caller: Caller, id: string): Promise<void> {
    const found = await tables.get({ pk: 'THING', sk: id }, { consistent: true });
    if (!found) throw notFound('thing');
    await tables.transact([
      {
        delete: { pk: 'THING', sk: id },
        when: { expression: 'attribute_exists(pk)' },
        otherwise: () => notFound('thing'),
      },
      ...recorded(caller, undefined),
    ]);
    this.acted++;
  },
  async touch(id: string): Promise<Thing> {
    this.acted++;
    return { id, name: `touched ${this.acted}` };
  },
});
type Things = ReturnType<typeof thingsOf>;

const declare = route<Things>();
const body = z.object({ name: z.string() });
const routes: Route<Things>[] = [
  declare({
    method: 'POST',
    path: '/things',
    permission: 'authenticated',
    idempotent: true,
    summary: 'Create',
    body,
    responds: { status: 201, body: Thing },
    handle: ({ body, caller }, things) => things.create(caller, body.name),
  }),
  declare({
    method: 'POST',
    path: '/secrets',
    permission: 'authenticated',
    idempotent: 'encrypted',
    summary: 'Create',
    body,
    responds: { status: 201, body: Thing },
    handle: ({ body, caller }, things) => things.create(caller, body.name),
  }),
  declare({
    method: 'GET',
    path: '/things/:id',
    permission: 'authenticated',
    summary: 'Get',
    responds: { status: 200, body: Thing },
    handle: ({ params }, things) => things.touch(params.id as string),
  }),
  declare({
    method: 'DELETE',
    path: '/things/:id',
    permission: 'authenticated',
    idempotent: true,
    summary: 'Delete',
    responds: { status: 204, body: 'empty' },
    handle: ({ params, caller }, things) => things.delete(caller, params.id as string),
  }),
  declare({
    method: 'POST',
    path: '/things/:id/touch',
    permission: 'authenticated',
    idempotent: true,
    summary: 'No transaction',
    responds: { status: 200, body: Thing },
    handle: ({ params }, things) => things.touch(params.id as string),
  }),
  declare({
    method: 'POST',
    path: '/exempt',
    permission: 'authenticated',
    idempotent: { exempt: 'a pure send' },
    summary: 'Exempt',
    body,
    responds: { status: 201, body: Thing },
    handle: ({ body, caller }, things) => things.create(caller, body.name),
  }),
];

const sealer: AnswerSealer = {
  seal: async (text) => `sealed:${Buffer.from(text).toString('hex')}`,
  open: async (text) => Buffer.from(text.slice('sealed:'.length), 'hex').toString(),
};

let store: TestTables;
beforeAll(async () => {
  store = await startTables();
});
afterAll(() => store.stop());

const setUp = (tables = store.tables) => {
  const things = thingsOf(tables);
  const app = served(routes, things, { tables, sealer });
  const headersOf = (key: string | undefined, who = 'admin') => ({
    'X-API-Key': who,
    ...(key !== undefined && { 'Idempotency-Key': key }),
  });
  return {
    things,
    app,
    headersOf,
    create: (key: string | undefined, name = 'one', who = 'admin', path = '/things') =>
      app.call({ method: 'POST', path, headers: headersOf(key, who), body: { name } }),
  };
};
const newKey = () => randomUUID();

describe('an Idempotency-Key', () => {
  it('gives a repeat the first status and body again, byte for byte, and acts once', async () => {
    const { create, things } = setUp();
    const key = newKey();
    const first = await create(key);
    const second = await create(key);
    expect(first.statusCode).toBe(201);
    expect([second.statusCode, second.body, second.headers.Location]).toEqual([
      201,
      first.body,
      first.headers.Location,
    ]);
    expect(second.headers['Idempotent-Replayed']).toBe('true');
    expect(things.acted).toBe(1);
  });

  it('of ten copies at once lets one act, and gives all its answer', async () => {
    const { create, things } = setUp();
    const key = newKey();
    const answers = await Promise.all(Array.from({ length: 10 }, () => create(key)));
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([201]));
    expect(new Set(answers.map((answer) => answer.body)).size).toBe(1);
    expect(things.acted).toBe(1);
  });

  it('works over processes', async () => {
    const key = newKey();
    const [one, two] = [setUp(), setUp()];
    const answers = await Promise.all([one.create(key), two.create(key)]);
    expect(answers[0]?.body).toBe(answers[1]?.body);
    expect(one.things.acted + two.things.acted).toBe(1);
  });

  it('with another request is refused', async () => {
    const { create, app, headersOf } = setUp();
    const key = newKey();
    await create(key);
    const otherBody = await create(key, 'two');
    const otherPath = await app.call({ method: 'POST', path: '/things/x/touch', headers: headersOf(key) });
    for (const answer of [otherBody, otherPath]) {
      expect(answer.statusCode).toBe(422);
      expect(answer.json.error.type).toBe('IDEMPOTENCY_KEY_REUSED');
    }
  });

  it('means the same body whatever the order of its fields', async () => {
    const { app, headersOf, things } = setUp();
    const headers = headersOf(newKey());
    await app.call({ method: 'POST', path: '/things', headers, body: '{"name":"a","x":{"b":1,"c":[2]}}' });
    const again = await app.call({
      method: 'POST',
      path: '/things',
      headers,
      body: '{ "x": {"c":[2],"b":1}, "name":"a"}',
    });
    expect(again.statusCode).toBe(201);
    expect(things.acted).toBe(1);
  });

  it('of another user is another key', async () => {
    const { create, things } = setUp();
    const key = newKey();
    await create(key, 'one', 'admin');
    await create(key, 'one', 'reader');
    expect(things.acted).toBe(2);
  });

  it('gives a repeated delete its 204 again, not the 404 of what is gone', async () => {
    const { create, app, headersOf } = setUp();
    const { json } = await create(undefined);
    const request = { method: 'DELETE', path: `/things/${json.data.id}`, headers: headersOf(newKey()) };
    expect((await app.call(request)).statusCode).toBe(204);
    expect((await app.call(request)).statusCode).toBe(204);
    const another = await app.call({ ...request, headers: headersOf(newKey()) });
    expect(another.statusCode).toBe(404);
  });

  it('remembers an answer for which no transaction was needed', async () => {
    const { app, headersOf, things } = setUp();
    const request = { method: 'POST', path: '/things/x/touch', headers: headersOf(newKey()) };
    const answers = [await app.call(request), await app.call(request)];
    expect(answers[1]?.body).toBe(answers[0]?.body);
    expect(answers[1]?.json.data.name).toBe('touched 1');
    expect(things.acted).toBe(2);
  });

  it('remembers a refusal by a rule, with its body', async () => {
    const { create } = setUp();
    const key = newKey();
    const [first, second] = [await create(key, 'refused'), await create(key, 'refused')];
    expect([first.statusCode, first.json.error.type]).toEqual([429, 'RESOURCE_LIMIT_EXCEEDED']);
    expect(second.body).toBe(first.body);
    expect(second.headers['Idempotent-Replayed']).toBe('true');
    expect(second.headers).not.toHaveProperty('Retry-After');
  });

  it('remembers no refused validation and no missing right', async () => {
    const { create, app, headersOf } = setUp();
    const key = newKey();
    expect(
      (await app.call({ method: 'POST', path: '/things', headers: headersOf(key), body: {} })).statusCode,
    ).toBe(400);
    expect((await create(key)).statusCode).toBe(201);
  });

  it('is forgotten after 24 hours', async () => {
    const { create, app, things } = setUp();
    const key = newKey();
    await create(key);
    app.clock.time += 24 * 3_600_000 + 1_000;
    await create(key, 'another request by now');
    expect(things.acted).toBe(2);
  });

  it.each([
    ['is empty', ''],
    ['is longer than 255 characters', 'k'.repeat(256)],
    ['is not ASCII', 'schlüssel'],
    ['holds a line break', 'a\nb'],
  ])('that %s is refused, by the name of the header', async (_, key) => {
    const { create, things } = setUp();
    const answer = await create(key);
    expect(answer.statusCode).toBe(400);
    expect(answer.json.error.details).toEqual([
      { path: 'Idempotency-Key', message: 'must have 1 to 255 printable ASCII characters' },
    ]);
    expect(things.acted).toBe(0);
  });

  it('means nothing where the route is exempt', async () => {
    const { create, things } = setUp();
    const key = newKey();
    await create(key, 'one', 'admin', '/exempt');
    await create(key, 'one', 'admin', '/exempt');
    expect(things.acted).toBe(2);
  });

  it('costs one request to DynamoDB, and two write units more', async () => {
    const { create } = setUp();
    const cost = async (key?: string) => {
      store.consumed.length = 0;
      await create(key);
      return {
        requests: store.consumed.length,
        units: store.consumed.reduce((sum, one) => sum + one.writeUnits, 0),
      };
    };
    const [without, with_] = [await cost(), await cost(newKey())];
    expect(with_).toEqual({ requests: without.requests, units: without.units + 2 });
  });
});

describe('an answer that holds a secret', () => {
  const everything = async (): Promise<string> => {
    const { ScanCommand } = await import('@aws-sdk/client-dynamodb');
    const { Items } = await store.client.send(new ScanCommand({ TableName: store.names.ephemeral }));
    return JSON.stringify(Items);
  };

  it('is stored encrypted and replayed in clear', async () => {
    const { create } = setUp();
    const key = newKey();
    const secret = createHash('sha256').update(key).digest('hex');
    const first = await create(key, secret, 'admin', '/secrets');
    const second = await create(key, secret, 'admin', '/secrets');
    expect(second.body).toBe(first.body);
    expect(second.json.data.name).toBe(secret);
    expect(await everything()).not.toContain(secret);
  });

  it('needs a sealer, which shows when the function starts', async () => {
    const app = served(routes, thingsOf(store.tables), { tables: store.tables });
    expect((await app.call({ path: '/things/1', headers: { 'X-API-Key': 'admin' } })).statusCode).toBe(500);
    expect((app.lines[0]?.fields.error as Error | undefined)?.message).toContain('needs a sealer');
  });
});

describe('when the table fails', () => {
  it('a refusal that can not be remembered stands, and is logged', async () => {
    const broken = { ...store.tables, write: () => Promise.reject(new Error('no table')) };
    const { create, app } = setUp(broken);
    expect((await create(newKey(), 'refused')).statusCode).toBe(429);
    expect(app.lines.map(({ message }) => message)).toEqual(['an answer could not be remembered', 'request']);
  });

  it('a refusal that may be a repeat is not given out unchecked', async () => {
    const broken = { ...store.tables, get: () => Promise.reject(new CloudError('UNAVAILABLE', 'no table')) };
    const { create } = setUp(broken);
    expect((await create(newKey(), 'refused')).statusCode).toBe(503);
  });
});
