import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { egressPolicy } from '../../../../lib/platform/egress/policy.ts';
import { CloudError } from '../../../../lib/platform/errors/index.ts';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { newId } from '../../../../lib/platform/ids.ts';
import { createStore } from '../../../../lib/platform/store/create-store.ts';
import { functionKind } from '../../../../lib/services/functions/service.ts';
import { createFindRoute } from '../../../../lib/services/gateway/proxy/find-route.ts';
import { createFindTarget } from '../../../../lib/services/gateway/proxy/find-target.ts';
import { resourceTargetOf } from '../../../../lib/services/gateway/resource-target.ts';
import { CreateGatewayRoute, UpdateGatewayRoute } from '../../../../lib/services/gateway/schema.ts';
import { GatewayRoutes, gatewayRouteKind } from '../../../../lib/services/gateway/service.ts';
import { loadBalancerKind } from '../../../../lib/services/load-balancers/service.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';

const signal = new AbortController().signal;
const target_url = 'https://example.com';

const callerOf = (tenant: string): Caller => ({
  requestId: 'r',
  signal,
  viewerAddress: '192.0.2.1',
  userAgent: '',
  principal: {
    tenant,
    user: tenant,
    role: 'developer',
    permissions: new Set(['*']),
    credential: { kind: 'api_key', id: 'k' },
  } as Caller['principal'],
});

describe('gateway routes', () => {
  let store: TestTables;
  let now: number;
  const clock = { now: () => now };
  let suspended: Set<string>;

  beforeAll(async () => {
    store = await startTables();
  });
  afterAll(() => store?.stop());
  beforeEach(() => {
    now = 1_000_000;
    suspended = new Set();
  });

  const services = (limit = 1_000) => {
    const { tables } = store;
    const limits = { gateway_routes: limit };
    const routes = new GatewayRoutes({
      store: createStore(gatewayRouteKind, { tables, clock, limits }),
      balancers: createStore(loadBalancerKind, { tables, clock }),
      functions: createStore(functionKind, { tables, clock }),
      policy: egressPolicy({ ranges: [], allowLoopback: false }),
      clock,
      newId,
    });
    const isSuspended = async (tenant: string) => suspended.has(tenant);
    return { routes, find: createFindRoute({ tables, clock, isSuspended }) };
  };
  const input = (path_prefix: string, name = path_prefix) =>
    CreateGatewayRoute.parse({ name: name.slice(0, 64), path_prefix, target_url });
  const typeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error) => (error instanceof CloudError ? error.type : `${error}`),
    );

  it('are found by the longest prefix that a path begins with', async () => {
    const { routes, find } = services();
    const prefixes = ['/shop', '/shop/cart', '/shop/cart/v2/', '/shopping', '/s', '/z/y'];
    for (const prefix of prefixes) await routes.create(callerOf('t-longest'), input(prefix));
    const found = async (path: string) => (await find(path, signal))?.prefix;
    expect(await found('/shop')).toBe('/shop');
    expect(await found('/shop/')).toBe('/shop');
    expect(await found('/shop/car')).toBe('/shop');
    expect(await found('/shop/cart/v2')).toBe('/shop/cart');
    expect(await found('/shop/cart/v2/x')).toBe('/shop/cart/v2/');
    expect(await found('/shop/cart/v3/x')).toBe('/shop/cart');
    expect(await found('/shoppinglist')).toBe('/shopping');
    expect(await found('/shopper')).toBe('/shop');
    expect(await found('/sh')).toBe('/s');
    expect(await found('/z')).toBeUndefined();
    expect(await found('/zz')).toBeUndefined();
    expect(await found('/')).toBeUndefined();
    expect(await found('')).toBeUndefined();
    expect(await found('/shop/\u00e4')).toBe('/shop');
    expect(await found(`/shop/${'x'.repeat(5_000)}`)).toBe('/shop');
  });

  it('are found as a plain search over all prefixes finds them, within few reads', async () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 3 });
    const path = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => `/p${words.join('/')}`);
    const { routes, find } = services();
    const made = new Set(fc.sample(path, { numRuns: 40, seed: 7 }));
    for (const prefix of made) await routes.create(callerOf('t-search'), input(prefix));
    for (const wanted of fc.sample(path, { numRuns: 100, seed: 8 })) {
      now += 10_000;
      store.consumed.length = 0;
      const expected = [...made]
        .filter((prefix) => wanted.startsWith(prefix))
        .sort((a, b) => b.length - a.length);
      expect((await find(wanted, signal))?.prefix).toBe(expected[0]);
      expect(store.consumed.length).toBeLessThanOrEqual(8);
    }
  });

  it('are remembered for three seconds, and not found while their tenant is suspended', async () => {
    const { routes, find } = services();
    const route = await routes.create(callerOf('t-remember'), input('/remember'));
    expect((await find('/remember/x', signal))?.id).toBe(route.id);
    store.consumed.length = 0;
    now += 2_999;
    expect((await find('/remember/x', signal))?.id).toBe(route.id);
    expect(store.consumed).toEqual([]);
    suspended.add('t-remember');
    now += 1;
    expect(await find('/remember/x', signal)).toBeUndefined();
    suspended.clear();
    await routes.delete(callerOf('t-remember'), route.id);
    expect(await find('/remember/x', signal)).toBeUndefined();
  });

  it('share a first segment within one tenant only, until its last route goes', async () => {
    const { routes } = services();
    const [one, other] = [callerOf('t-one'), callerOf('t-other')];
    const first = await routes.create(one, input('/mine/a'));
    const second = await routes.create(one, input('/mine'));
    for (const prefix of ['/mine', '/mine/a', '/mine/b', '/mine/a/b'])
      expect(await typeOf(routes.create(other, input(prefix)))).toBe('CONFLICT');
    expect(await typeOf(routes.create(one, input('/mine', 'another name')))).toBe('CONFLICT');
    await routes.delete(one, first.id);
    expect(await typeOf(routes.create(other, input('/mine/b')))).toBe('CONFLICT');
    await routes.delete(one, second.id);
    expect(await typeOf(routes.delete(one, second.id))).toBe('NOT_FOUND');
    expect(await typeOf(routes.create(other, input('/mine/b')))).toBe('done');
    expect(await typeOf(routes.create(one, input('/mine')))).toBe('CONFLICT');
  });

  it('are changed in all that they are, and served so by whoever looks anew', async () => {
    const { routes, find } = services();
    const caller = callerOf('t-change');
    const { id, created_at } = await routes.create(caller, input('/before/a'));
    const change = async (update: object) => {
      now += 10_000;
      return routes.update(caller, id, UpdateGatewayRoute.parse(update));
    };
    const served = (path: string) => find(path, signal);
    await change({ target_url: 'https://other.example/', methods: ['GET', 'GET'], rate_limit: 7 });
    expect(await served('/before/a')).toMatchObject({
      target_url: 'https://other.example/',
      methods: ['GET'],
      rate_limit: 7,
    });
    expect(await change({ path_prefix: '/before/b', strip_prefix: true })).toMatchObject({
      path_prefix: '/before/b',
      target_url: 'https://other.example/',
      methods: ['GET'],
    });
    expect(await served('/before/a')).toBeUndefined();
    expect(await served('/before/b')).toMatchObject({ id, strip_prefix: true, methods: ['GET'] });
    const after = await change({ path_prefix: '/after', name: 'moved', rate_limit: 0, methods: null });
    expect(after).toMatchObject({ id, name: 'moved', path_prefix: '/after', rate_limit: 100, created_at });
    expect(after).not.toHaveProperty('methods');
    expect(await served('/before/b')).toBeUndefined();
    expect(await served('/after')).not.toHaveProperty('methods');
    expect(await change({ methods: [], require_api_key: true })).toMatchObject({ require_api_key: true });
    expect(await routes.get(caller, id)).toMatchObject({ name: 'moved', require_api_key: true });

    const stranger = callerOf('t-change-other');
    expect(await typeOf(routes.create(stranger, input('/before')))).toBe('done');
    expect(await typeOf(change({ path_prefix: '/before/a' }))).toBe('CONFLICT');
    expect(await served('/after')).toMatchObject({ id });
    expect(await typeOf(routes.update(stranger, id, { rate_limit: 1 }))).toBe('NOT_FOUND');
    await routes.create(caller, input('/after/c'));
    expect(await typeOf(change({ path_prefix: '/after/c' }))).toBe('CONFLICT');
    expect(await typeOf(change({ name: '/after/c' }))).toBe('CONFLICT');
    expect(await typeOf(change({ target_url: 'http://localhost/' }))).toBe('INVALID_INPUT');
    await routes.delete(caller, id);
    expect(await typeOf(change({ rate_limit: 1 }))).toBe('NOT_FOUND');
  });

  it('cost what docs/cost.md says', async () => {
    const { routes, find } = services();
    const caller = callerOf('t-cost');
    const units = async (work: () => Promise<unknown>) => {
      store.consumed.length = 0;
      await work();
      const sum = (what: 'readUnits' | 'writeUnits') =>
        store.consumed.reduce((all, one) => all + one[what], 0);
      return [sum('readUnits'), sum('writeUnits')];
    };
    let id = '';
    expect(
      await units(async () => {
        ({ id } = await routes.create(caller, input('/cost')));
      }),
    ).toEqual([0, 15]);
    expect(await units(() => find('/cost/x', signal))).toEqual([1, 0]);
    expect(await units(() => routes.update(caller, id, { rate_limit: 1 }))).toEqual([1, 4]);
    expect(await units(() => routes.delete(caller, id))).toEqual([1, 13]);
  });

  it('of many at once take a prefix once', async () => {
    const { routes } = services();
    const tries = Array.from({ length: 10 }, (_, i) =>
      typeOf(routes.create(callerOf(`t-race-${i}`), input('/race'))),
    );
    expect((await Promise.all(tries)).sort()).toEqual([...Array(9).fill('CONFLICT'), 'done']);
  });

  it('hold a quota, given back with a delete', async () => {
    const { routes } = services(1);
    const caller = callerOf('t-quota');
    const route = await routes.create(caller, input('/quota/a'));
    expect(await typeOf(routes.create(caller, input('/quota/b')))).toBe('RESOURCE_LIMIT_EXCEEDED');
    await routes.delete(caller, route.id);
    expect(await typeOf(routes.create(caller, input('/quota/b')))).toBe('done');
  });

  it('refuse a target that can only be forbidden, and accept a name that does not resolve', async () => {
    const { routes } = services();
    const create = (url: string) =>
      typeOf(routes.create(callerOf('t-target'), { ...input('/target'), target_url: url }));
    for (const url of [
      'http://169.254.169.254/',
      'http://localhost/',
      'ftp://example.com/',
      'http://a@b.example/',
    ])
      expect(await create(url)).toBe('INVALID_INPUT');
    expect(await create('lb://none')).toBe('INVALID_INPUT');
    expect(await create(`lb://${newId()}`)).toBe('LB_NOT_FOUND');
    expect(await create('function://none')).toBe('INVALID_INPUT');
    expect(await create(`function://${newId()}`)).toBe('NOT_FOUND');
    expect(await create('http://not-there.invalid/')).toBe('done');
  });
});

describe('a target that is a load balancer', () => {
  const id = '01900000-0000-7000-8000-000000000001';
  const egress = { fetch: () => Promise.reject(new Error('not called')) };
  const local = { ...egress };
  const targetOf = async (record: object | undefined, target_url = `lb://${id}/base`) => {
    const asked: string[] = [];
    const find = async (tenant: string, wanted: string) => {
      asked.push(`${tenant} ${wanted}`);
      return record as never;
    };
    const findTarget = createFindTarget({
      balancers: { find },
      egress,
      local,
      toFunction: (tenant, functionId) => ({ ...egress, functionId, tenant }),
      clock: { now: () => 0 },
    });
    const route = { tenant: 'owner', target_url } as Parameters<typeof findTarget>[0];
    return { target: await findTarget(route, signal), again: await findTarget(route, signal), asked };
  };

  it('is the address of the one that the route’s tenant has, looked up once in a while', async () => {
    const { target, again, asked } = await targetOf({ dns_name: 'lb-1.elb.example', port: 8080 });
    expect(target).toEqual({ url: 'http://lb-1.elb.example:8080/base', egress });
    expect(again).toEqual(target);
    expect(asked).toEqual([`owner ${id}`]);
  });

  it('is on this machine where the laptop has it there', async () => {
    const { target } = await targetOf({ dns_name: '127.0.0.1:4000', port: 80 });
    expect(target.url).toBe('http://127.0.0.1:4000/base');
    expect(target.egress).toBe(local);
  });

  it.each([
    ['gone', undefined],
    ['not ready', { port: 80 }],
  ])('is a 502 while it is %s', async (message, record) => {
    await expect(targetOf(record)).rejects.toMatchObject({
      type: 'BAD_GATEWAY',
      message: expect.stringContaining(message),
    });
  });

  it('is a URL otherwise', async () => {
    const { target, asked } = await targetOf(undefined, 'http://example.com/x');
    expect(target).toEqual({ url: 'http://example.com/x', egress });
    expect(asked).toEqual([]);
  });

  it('is a function of the route’s tenant, below the base path that it names', async () => {
    const { target, asked } = await targetOf(undefined, `function://${id}/base`);
    expect(target.url).toBe(`http://${id}.invalid/base`);
    expect(target.egress).toMatchObject({ tenant: 'owner', functionId: id });
    expect(asked).toEqual([]);
  });

  it.each([
    [`lb://${id}`, { type: 'lb', id, path: '' }],
    [`LB://${id.toUpperCase()}/a%2Fb/`, { type: 'lb', id, path: '/a%2Fb/' }],
    [`Function://${id}/a`, { type: 'function', id, path: '/a' }],
    [`function://${id}?q`, undefined],
    [`lambda://${id}`, undefined],
    ['lb://name', undefined],
    [`lb://${id}?q`, undefined],
    [`lb://${id}:80`, undefined],
    [`lb://user@${id}`, undefined],
  ])('is read of %s', (text, expected) => {
    expect(resourceTargetOf(text)).toEqual(expected);
  });
});

describe('the input of a route', () => {
  const base = { name: 'n', path_prefix: '/a', target_url };

  it.each([
    ['0 is the default limit', { rate_limit: 0 }, { rate_limit: 100 }],
    ['null is the default limit', { rate_limit: null }, { rate_limit: 100 }],
    ['null strips nothing', { strip_prefix: null }, { strip_prefix: false }],
    ['a limit is kept', { rate_limit: 7 }, { rate_limit: 7 }],
  ])('%s', (_, more, expected) => {
    expect(CreateGatewayRoute.parse({ ...base, ...more })).toMatchObject(expected);
  });

  it.each([
    ['/'],
    [''],
    ['a'],
    ['//a'],
    ['/a//b'],
    ['/a?b'],
    ['/a#b'],
    ['/a%20'],
    ['/a b'],
    ['/ä'],
    ['/a/../b'],
    ['/.'],
    ['/a\\b'],
    [`/${'a'.repeat(200)}`],
  ])('takes no prefix %j', (path_prefix) => {
    expect(CreateGatewayRoute.safeParse({ ...base, path_prefix }).success).toBe(false);
  });

  it.each([[-1], [1.5], [10_001], ['7']])('takes no limit %j', (rate_limit) => {
    expect(CreateGatewayRoute.safeParse({ ...base, rate_limit }).success).toBe(false);
  });
});
