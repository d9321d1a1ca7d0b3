import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, importJWK } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { maxJsonBytes } from '../../lib/platform/http/body.ts';
import type { AnyRoute } from '../../lib/platform/http/route.ts';
import { apiFunctions } from '../../lib/services/index.ts';
import { makeAdministrator } from '../support/administrator.ts';
import {
  type Account,
  type Answer,
  ApiClient,
  newAccount,
  type RequestOptions,
} from '../support/api-client.ts';
import { type RunningEngine, runEngine } from '../support/engine.ts';
import { recordText } from '../support/engine-inspection.ts';
import { eventually } from '../support/eventually.ts';
import { tokenForge } from '../support/forged-tokens.ts';
import { settledInstance, stillTable } from '../support/settled.ts';
import { expectError, namedBy } from '../support/wire.ts';
import { zip } from '../support/zip.ts';
import {
  badFields,
  badFilters,
  badMetricQueries,
  badPaging,
  badPolicies,
  badPorts,
  badScheduledActions,
  badSizes,
  gatewayRoute,
  launch,
  long,
  policyInput,
} from './bad-input-tables.ts';
import { badTopicInput } from './bad-topics.ts';

const routes: AnyRoute[] = Object.values(apiFunctions).flat();
/** What takes a request as it is hands it on, and has no bad input but its size. */
const mutating = routes.filter(({ method, takes }) => method !== 'GET' && takes !== 'raw');
/** A function with which nothing is wrong but its code. */
const functionInput = {
  name: 'x',
  runtime: 'nodejs20',
  handler: 'index.js',
  code: 'UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==',
};
const withBody = mutating.filter(({ body, bodyKind }) => body && bodyKind !== 'raw');
const labelled = (list: AnyRoute[]) => list.map((route) => [`${route.method} ${route.path}`, route] as const);

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

describe('bad input', () => {
  let engine: RunningEngine;
  let anonymous: ApiClient;
  let user: Account;
  let administrator: Account;
  let suspended: Account;
  let instance: string;
  let volume: string;
  let apiKey: string;
  let network: { vpc: string; subnet: string; group: string };
  let balancer: string;
  let job: string;
  let cronJob: string;
  let keptRoute: string;
  let scalingGroup: string;
  let topic: string;
  let secret: string;
  let subscription: string;
  let ownFunction: string;
  let report: string;
  let role: string;
  let token: string;
  let before: string;

  beforeAll(async () => {
    engine = await runEngine();
    anonymous = new ApiClient(engine.url);
    [user, suspended] = (await Promise.all([
      newAccount(engine.url, 'user'),
      newAccount(engine.url, 'suspended'),
    ])) as [Account, Account];
    administrator = await makeAdministrator(engine);
    instance = await settledInstance(user.api, 'kept');
    const made = async (path: string, body: unknown) =>
      (await user.api.post<{ id: string }>(path, body)).data.id;
    const vpc = await made('/vpcs', { name: 'kept' });
    network = {
      vpc,
      subnet: await made(`/vpcs/${vpc}/subnets`, { name: 'kept', cidr_block: '10.0.0.0/24' }),
      group: await made('/security-groups', { vpc_id: vpc, name: 'kept' }),
    };
    await eventually('the network has settled', async () => {
      const { data } = await user.api.get<{ provider_id?: string }>(`/security-groups/${network.group}`);
      const { data: subnet } = await user.api.get<{ provider_id?: string }>(`/subnets/${network.subnet}`);
      return data.provider_id !== undefined && subnet.provider_id !== undefined;
    });
    apiKey = (await user.api.post<{ id: string }>('/auth/keys', { name: 'kept' })).data.id;
    volume = await made('/volumes', { name: 'kept', size_gb: 1 });
    balancer = await made('/lb', { name: 'kept', vpc_id: vpc, port: 80 });
    report = (await administrator.api.post<{ id: string }>('/admin/reconcile', undefined)).data.id;
    topic = await made('/notify/topics', { name: 'kept' });
    secret = await made('/secrets', { name: 'kept', value: 'x' });
    subscription = await made(`/notify/topics/${topic}/subscriptions`, {
      protocol: 'webhook',
      endpoint: 'https://example.com/kept',
    });
    ownFunction = await made('/functions', {
      ...functionInput,
      code: (await zip({ 'index.js': '' })).toString('base64'),
    });
    scalingGroup = await made('/autoscaling/groups', {
      name: 'kept',
      vpc_id: vpc,
      image: 'al2023',
      max_instances: 2,
      desired_count: 1,
    });
    await eventually('the group has its instance', async () => {
      const { data } = await user.api.get<{ lifecycle_state: string }[]>(
        `/autoscaling/groups/${scalingGroup}/instances`,
      );
      return data.length === 1 && data[0]?.lifecycle_state === 'IN_SERVICE';
    });
    await eventually(
      'the balancer is there',
      async () => {
        const { data } = await user.api.get<{ status: string }>(`/lb/${balancer}`);
        return data.status === 'ACTIVE';
      },
      30_000,
    );
    const keptRole = await administrator.api.post('/rbac/roles', { name: 'kept', permissions: ['vpc:read'] });
    role = keptRole.body.id;
    const { email, password } = user;
    token = (await anonymous.post<{ access_token: string }>('/auth/token', { email, password })).data
      .access_token;
    await administrator.api.post(`/admin/tenants/${suspended.id}/suspend`, { instances: 'leave' });
    cronJob = await made('/cron/jobs', {
      name: 'kept',
      schedule: '@yearly',
      target_url: 'https://example.com/',
    });
    keptRoute = await made('/gateway/routes', { ...gatewayRoute, name: 'kept', path_prefix: '/kept' });
    job = await made('/batch/jobs', {
      action: 'instance.tag',
      targets: [user.id],
      parameters: { set: { a: 'b' } },
    });
    await stillTable(engine);
  });
  afterAll(() => engine?.stop());

  beforeEach(async () => {
    before = await recordText(engine);
  });
  afterEach(async () => {
    expect(await recordText(engine), 'nothing has changed').toBe(before);
  });

  /** The route's path with ids that exist, so that only the input is wrong. */
  const pathOf = ({ path }: AnyRoute): string => {
    const ids: Record<string, string> = {
      '/instances/': instance,
      '/volumes/': volume,
      '/vpcs/': network.vpc,
      '/subnets/': network.subnet,
      '/security-groups/': network.group,
      '/lb/': balancer,
      '/batch/': job,
      '/cron/': cronJob,
      '/gateway/': keptRoute,
      '/autoscaling/groups/': scalingGroup,
      '/notify/topics/': topic,
      '/secrets/': secret,
      '/functions/:id/event-sources': ownFunction,
      '/notify/subscriptions/': subscription,
      '/admin/drift/': report,
      '/auth/keys/': apiKey,
      '/rbac/': role,
    };
    const id = Object.entries(ids).find(([prefix]) => path.startsWith(prefix))?.[1] ?? user.id;
    return path
      .replace(':permission', 'vpc:read')
      .replace(':instanceId', instance)
      .replaceAll(/:[a-zA-Z]+/g, id);
  };
  const clientOf = ({ permission }: AnyRoute): ApiClient =>
    permission === 'public' ? anonymous : permission === '*' ? administrator.api : user.api;
  const send = (route: AnyRoute, options: RequestOptions, query = ''): Promise<Answer> =>
    clientOf(route).request(route.method, pathOf(route) + query, options);
  const json = { 'content-type': 'application/json' };

  const refused = (answer: Answer, field?: string | RegExp, type = 'INVALID_INPUT'): void => {
    expectError(answer);
    expect(answer.body.error.type).toBe(type);
    if (field === undefined) return;
    expect(namedBy(answer), answer.text).toContainEqual(
      typeof field === 'string' ? field : expect.stringMatching(field),
    );
  };

  describe.each(labelled(withBody))('in the body of %s', (_, route) => {
    it.each([
      ['is cut off', '{"name":'],
      ['is no JSON', 'name=x&image=y'],
      ['is nothing', undefined],
      ['is empty', ''],
      ['is a list', '[]'],
      ['is text', '"name"'],
      ['is a number', '42'],
      ['is null', 'null'],
      ['is true', 'true'],
    ])('which %s, is refused', async (_, body) => {
      const answer = await send(route, { body, headers: json });
      refused(answer, 'body');
      expect(answer.status).toBe(400);
    });

    it.each([
      ['40 levels of nesting', nested(40), /^(a\.)+a$/],
      ['a NUL byte in a value', '{"x":"a\\u0000b"}', 'x'],
      ['a NUL byte in a name', '{"a\\u0000b":1}', ''],
      ['a lone surrogate in a value', '{"x":["\\ud800"]}', 'x.0'],
      ['a lone surrogate in a name', '{"x":{"\\udc00":1}}', 'x'],
      ['__proto__', '{"__proto__":{"admin":true}}', '__proto__'],
      ['__proto__ further in', '{"x":[{"__proto__":null}]}', 'x.0.__proto__'],
      ['constructor.prototype', '{"constructor":{"prototype":{"admin":true}}}', 'constructor'],
    ])('with %s, is refused', async (_, body, field) => {
      refused(await send(route, { body, headers: json }), field);
    });

    it('whose fields all have the wrong type, is refused by name', async () => {
      const names = Object.keys((route.body as { shape?: object }).shape ?? { instances: 0 });
      const body = Object.fromEntries(names.map((name) => [name, [[]]]));
      const answer = await send(route, { body });
      refused(answer);
      if (names.length > 0) expect(namedBy(answer).length).toBeGreaterThan(0);
    });
  });

  it.each(labelled(mutating))('over 1 MiB, or its own bound, is too large for %s', async (_, route) => {
    const bytes = route.maxBodyBytes ?? maxJsonBytes;
    const answer = await send(route, { body: `{"x":"${long(bytes)}"}`, headers: json });
    refused(answer, undefined, 'OBJECT_TOO_LARGE');
    expect(answer.status).toBe(413);
  });

  it.each(labelled(mutating))('in the query of %s: a parameter given twice', async (_, route) => {
    refused(await send(route, {}, '?confirm=a&confirm=b'), 'confirm');
  });

  it.each(labelled(mutating))('in the query of %s: a NUL byte', async (_, route) => {
    refused(await send(route, {}, '?confirm=%00'), 'confirm');
  });

  it.each(labelled(mutating.filter(({ idempotent }) => typeof idempotent !== 'object')))(
    'in the Idempotency-Key of %s',
    async (_, route) => {
      for (const key of [long(256), '']) {
        const headers = { 'idempotency-key': key };
        const bodies: Record<string, unknown> = {
          '/instances': { name: 'x', image: 'al2023' },
          '/instances/:id': { name: 'x' },
          '/vpcs': { name: 'x' },
          '/vpcs/:id': { name: 'x' },
          '/vpcs/:id/subnets': { name: 'x', cidr_block: '10.0.5.0/24' },
          '/security-groups': { vpc_id: network.vpc, name: 'x' },
          '/security-groups/:id/rules': { direction: 'ingress', protocol: 'tcp' },
          '/security-groups/attach': { instance_id: instance, group_id: network.group },
          '/security-groups/detach': { instance_id: instance, group_id: network.group },
          '/volumes': { name: 'xyz', size_gb: 1 },
          '/volumes/:id': { name: 'xyz' },
          '/volumes/:id/attach': { instance_id: instance },
          '/snapshots': { volume_id: volume },
          '/snapshots/:id/restore': { new_volume_name: 'xyz' },
          '/snapshot-schedules': { name: 'xyz', volume_id: volume, interval_hours: 24 },
          '/snapshot-schedules/:id': { retain: 3 },
          '/functions': functionInput,
          '/functions/:id': { timeout: 10 },
          '/functions/:id/code': { code: functionInput.code },
          '/functions/:id/rollback': { version: 1 },
          '/functions/:id/event-sources': { queue_id: user.id },
          '/functions/:id/event-sources/:sourceId': { enabled: true },
          '/lb': { name: 'x', vpc_id: user.id, port: 80 },
          '/lb/:id': { name: 'x' },
          '/lb/:id/targets': { instance_id: instance, port: 80 },
          '/lb/:id/targets/:instanceId': { weight: 2 },
          '/queues': { name: 'x' },
          '/gateway/routes': gatewayRoute,
          '/gateway/routes/:id': { rate_limit: 7 },
          '/queues/:id': { visibility_timeout: 60 },
          '/batch/jobs': { action: 'instance.stop', targets: [instance] },
          '/secrets': { name: 'x', value: 'y' },
          '/secrets/:id': { description: 'x' },
          '/secrets/:id/versions': { value: 'y' },
          '/secrets/:id/rotate': {},
          '/autoscaling/groups': {
            name: 'x',
            vpc_id: user.id,
            image: 'al2023',
            max_instances: 1,
            desired_count: 1,
          },
          '/autoscaling/groups/:id': { max_instances: 3 },
          '/cron/jobs': { name: 'x', schedule: '@yearly', target_url: 'https://example.com/' },
          '/cron/jobs/:id': { name: 'x' },
          '/notify/topics': { name: 'x' },
          '/notify/topics/:id/subscriptions': { protocol: 'webhook', endpoint: 'https://example.com/x' },
          '/notify/subscriptions/:id': { enabled: true },
          '/autoscaling/groups/:id/instances/:instanceId/protection': { protected: true },
          '/autoscaling/groups/:id/policies': policyInput,
          '/autoscaling/groups/:id/scheduled-actions': { name: 'x', cron: '0 12 * * *', desired_count: 1 },
          '/auth/register': { email: 'x@example.com', password: 'Correct-horse-battery-9', name: 'xx' },
          '/auth/keys': { name: 'x' },
          '/rbac/roles': { name: 'x' },
          '/rbac/roles/:id': { name: 'x' },
          '/rbac/roles/:id/permissions': { permission: 'vpc:read' },
          '/rbac/bindings': { user_identifier: user.id, role_name: 'kept' },
          '/admin/invitations': {},
          '/admin/tenants/:id/suspend': { instances: 'leave' },
          '/admin/tenants/:id/quotas': { instances: 1 },
          '/admin/tenants/:id/home-zone': { home_zone: 'us-east-1b' },
        };
        refused(await send(route, { headers, body: route.body && bodies[route.path] }), 'Idempotency-Key');
      }
    },
  );

  it.each(badFields)('%s in %s %s is named', async (_, method, path, body, field) => {
    refused(
      await (path.startsWith('/auth/') && path !== '/auth/keys' ? anonymous : user.api).request(
        method,
        path,
        { body },
      ),
      field,
    );
  });

  it.each(badTopicInput)('%s in %s %s is named', async (_, method, path, body, field) => {
    const own = path.replace(':topic', topic).replace(':subscription', subscription);
    refused(await user.api.request(method, own, { body }), field);
  });

  it.each<[string, string, () => string, unknown, string]>([
    ['an unknown field', 'PATCH', () => `/instances/${instance}`, { name: 'x', image: 'al2023' }, 'image'],
    ['nothing to change', 'PATCH', () => `/instances/${instance}`, {}, 'body'],
    ['an unknown field', 'PATCH', () => `/lb/${balancer}`, { name: 'x', port: 81 }, 'port'],
    ['nothing to change', 'PATCH', () => `/lb/${balancer}`, {}, 'body'],
    [
      'a timeout over the interval',
      'PATCH',
      () => `/lb/${balancer}`,
      { health_check: { timeout_seconds: 9 } },
      'health_check.timeout_seconds',
    ],
    ...badSizes.map(([what, body, field]): [string, string, () => string, unknown, string] => [
      what,
      'PATCH',
      () => `/autoscaling/groups/${scalingGroup}`,
      body,
      field,
    ]),
    ...badPolicies.map(([what, body, field]): [string, string, () => string, unknown, string] => [
      what,
      'POST',
      () => `/autoscaling/groups/${scalingGroup}/policies`,
      body,
      field,
    ]),
    ...badScheduledActions.map(([what, body, field]): [string, string, () => string, unknown, string] => [
      what,
      'POST',
      () => `/autoscaling/groups/${scalingGroup}/scheduled-actions`,
      body,
      field,
    ]),
    ['no instance', 'POST', () => `/lb/${balancer}/targets`, { port: 80 }, 'instance_id'],
    [
      'a malformed instance',
      'POST',
      () => `/lb/${balancer}/targets`,
      { instance_id: 'i-1', port: 80 },
      'instance_id',
    ],
    ['no port', 'POST', () => `/lb/${balancer}/targets`, { instance_id: randomUUID(), port: 0 }, 'port'],
    [
      'a weight of 101',
      'POST',
      () => `/lb/${balancer}/targets`,
      { instance_id: randomUUID(), port: 80, weight: 101 },
      'weight',
    ],
    ['a weight of 0', 'PATCH', () => `/lb/${balancer}/targets/${instance}`, { weight: 0 }, 'weight'],
    ['a malformed id', 'PATCH', () => `/lb/${balancer}/targets/none`, { weight: 1 }, 'instanceId'],
    ['an empty role name', 'POST', () => '/rbac/roles', { name: '' }, 'name'],
    ['a role name with a slash', 'POST', () => '/rbac/roles', { name: 'a/b' }, 'name'],
    [
      'an unknown permission',
      'POST',
      () => '/rbac/roles',
      { name: 'x', permissions: ['vpc:fly'] },
      'permissions.0',
    ],
    [
      'an unknown permission',
      'POST',
      () => `/rbac/roles/${role}/permissions`,
      { permission: 'x' },
      'permission',
    ],
    [
      'an unknown field',
      'PATCH',
      () => `/vpcs/${network.vpc}`,
      { name: 'x', cidr_block: '10.0.0.0/8' },
      'cidr_block',
    ],
    [
      'host bits',
      'POST',
      () => `/vpcs/${network.vpc}/subnets`,
      { name: 'x', cidr_block: '10.0.5.1/24' },
      'cidr_block',
    ],
    [
      'a range outside',
      'POST',
      () => `/vpcs/${network.vpc}/subnets`,
      { name: 'x', cidr_block: '10.1.0.0/24' },
      'cidr_block',
    ],
    [
      'an overlap',
      'POST',
      () => `/vpcs/${network.vpc}/subnets`,
      { name: 'x', cidr_block: '10.0.0.0/25' },
      'cidr_block',
    ],
    [
      'an unknown zone',
      'POST',
      () => `/vpcs/${network.vpc}/subnets`,
      { name: 'x', cidr_block: '10.0.5.0/24', availability_zone: 'us-east-1z' },
      'availability_zone',
    ],
    ['no VPC', 'GET', () => '/security-groups', undefined, 'vpc_id'],
    [
      'a rule with host bits',
      'POST',
      () => `/security-groups/${network.group}/rules`,
      { direction: 'ingress', protocol: 'tcp', cidr: '10.0.0.1/8' },
      'cidr',
    ],
    [
      'an unknown source group',
      'POST',
      () => `/security-groups/${network.group}/rules`,
      { direction: 'ingress', protocol: 'tcp', source_group_id: randomUUID() },
      'source_group_id',
    ],
    ['a malformed role id', 'PUT', () => '/rbac/roles/none', { name: 'x' }, 'id'],
    ['a binding to nobody', 'POST', () => '/rbac/bindings', { role_name: 'viewer' }, 'user_identifier'],
    [
      'an unknown enum value',
      'POST',
      () => `/admin/tenants/${user.id}/suspend`,
      { instances: 'burn' },
      'instances',
    ],
    [
      'an unknown zone',
      'PUT',
      () => `/admin/tenants/${user.id}/home-zone`,
      { home_zone: 'us-east-1z' },
      'home_zone',
    ],
    ['an unknown quota', 'PUT', () => `/admin/tenants/${user.id}/quotas`, { dragons: 1 }, 'dragons'],
    ['a negative quota', 'PUT', () => `/admin/tenants/${user.id}/quotas`, { instances: -1 }, 'instances'],
    ['half an instance', 'PUT', () => `/admin/tenants/${user.id}/quotas`, { instances: 0.5 }, 'instances'],
    [
      'an invitation for no time',
      'POST',
      () => '/admin/invitations',
      { expires_in_hours: 0 },
      'expires_in_hours',
    ],
  ])('%s in %s is named (%#)', async (_, method, path, body, field) => {
    refused(
      await (/^\/(instances|vpcs|security-groups|lb|autoscaling|batch)/.test(path())
        ? user
        : administrator
      ).api.request(method, path(), { body }),
      field,
    );
  });

  it.each(badPorts)('ports with %s (%s) are refused', async (_, ports, type) => {
    const answer = await user.api.post('/instances', { ...launch, ports });
    refused(answer, 'ports', type);
    expect(answer.status).toBe(type === 'TOO_MANY_PORTS' ? 409 : 400);
  });

  it.each([
    ['vpc_id', { vpc_id: randomUUID() }],
    ['subnet_id', { subnet_id: randomUUID() }],
    ['volumes', { volumes: [{ volume_id: randomUUID(), mount_path: '/data' }] }],
    ['volumes by name', { volumes: [{ volume_id: 'none', mount_path: '/data' }] }],
  ])('an unknown %s at launch is not found', async (_, more) => {
    refused(await user.api.post('/instances', { ...launch, ...more }), undefined, 'NOT_FOUND');
  });

  it.each(labelled(routes.filter(({ path }) => /^\/(auth\/keys|lb|admin\/\w+)\/:id/.test(path))))(
    'an id that is no UUID is refused by %s',
    async (_, route) => {
      for (const id of ['1', 'not-a-uuid', `${randomUUID()}0`, '%7B%7D']) {
        const body = route.path.endsWith('suspend')
          ? { instances: 'leave' }
          : route.path.endsWith('quotas') && route.method === 'PUT'
            ? { instances: 1 }
            : route.path.endsWith('home-zone')
              ? { home_zone: 'us-east-1b' }
              : undefined;
        const answer = await clientOf(route).request(route.method, route.path.replace(':id', id), { body });
        refused(answer, 'id');
      }
    },
  );

  it.each(labelled(routes.filter(({ path }) => path.includes(':id'))))(
    'a NUL byte in the path is refused by %s',
    async (_, route) => {
      const path = route.path.replace(':permission', 'vpc:read').replace(':id', 'a%00b');
      refused(await clientOf(route).request(route.method, path), 'id');
    },
  );

  it.each(labelled(routes.filter(({ list }) => list)))('bad paging is refused by %s', async (_, route) => {
    for (const [query, field] of badPaging) {
      const required = route.path === '/security-groups' ? `vpc_id=${network.vpc}&` : '';
      const answer = await clientOf(route).get(`${pathOf(route)}?${required}${query}`);
      expect(answer.status, query).toBe(400);
      refused(answer, field);
    }
  });

  it.each(badFilters)('the instance filter %s is refused', async (query, field) => {
    refused(await user.api.get(`/instances?${query}`), field);
  });

  it.each(badMetricQueries)('the window of metrics %s is refused', async (query, field) => {
    refused(await user.api.get(`/instances/${instance}/metrics?${query}`), field);
  });

  describe('as a credential', () => {
    const asked = (credential: Record<string, string>) =>
      anonymous.get(`/instances/${instance}`, { headers: credential });

    it('a good token is accepted, so that what follows fails for its own reason', async () => {
      const forge = await tokenForge(engine);
      for (const good of [token, await forge.issue(token)])
        expect((await asked({ authorization: `Bearer ${good}` })).status).toBe(200);
    });

    it('an expired, a premature, a foreign and a forged token are refused alike', async () => {
      const forge = await tokenForge(engine);
      const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
      const foreign = await importJWK(await exportJWK(privateKey), 'EdDSA');
      const [header, payload, signature] = token.split('.') as [string, string, string];
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
      const other = Buffer.from(JSON.stringify({ ...claims, sub: administrator.id })).toString('base64url');
      const tokens = [
        await forge.issue(token, { age: 1_000 }),
        await forge.issue(token, { age: -600 }),
        await forge.issue(token, { lifetime: 7 * 86_400, age: 86_400 }),
        await forge.issue(token, { audience: 'somebody-else' }),
        await forge.issue(token, { issuer: 'thecloud:other' }),
        await forge.issue(token, { type: 'JWT' }),
        await forge.issue(token, {}, foreign),
        forge.unsigned(token),
        `${forge.unsigned(token)}${signature}`,
        `${header}.${other}.${signature}`,
        `${header}.${payload}.`,
        `${header}.${payload}`,
        'a.b.c',
        '..',
      ];
      for (const bearer of tokens) {
        const answer = await asked({ authorization: `Bearer ${bearer}` });
        refused(answer, undefined, 'UNAUTHORIZED');
        expect(answer.status).toBe(401);
      }
    });

    it('whatever is no key is refused', async () => {
      const key = user.api.key as string;
      const keys = [
        key.toUpperCase(),
        key.slice(0, -1),
        `${key}0`,
        key.replace('thecloud_', ''),
        'thecloud_',
        long(5_000),
        `${key},${key}`,
        `thecloud_${'0'.repeat(32)}`,
      ];
      for (const one of keys) refused(await asked({ 'x-api-key': one }), undefined, 'UNAUTHORIZED');
    });

    it('nothing that is not a header counts', async () => {
      const path = `/instances/${instance}?api_key=${user.api.key}`;
      refused(await anonymous.get(path), undefined, 'UNAUTHORIZED');
      refused(await asked({ cookie: `X-API-Key=${user.api.key}` }), undefined, 'UNAUTHORIZED');
      refused(
        await asked({ authorization: `Basic ${btoa(`x:${user.api.key}`)}` }),
        undefined,
        'UNAUTHORIZED',
      );
    });

    it("a suspended tenant's key and password are refused", async () => {
      const { email, password } = suspended;
      for (const answer of [
        await suspended.api.get('/auth/keys'),
        await anonymous.post('/auth/token', { api_key: suspended.api.key }),
      ])
        refused(answer, undefined, 'UNAUTHORIZED');
      refused(await anonymous.post('/auth/login', { email, password }), undefined, 'UNAUTHORIZED');
    });
  });
});
