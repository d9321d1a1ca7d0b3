import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtInRoles } from '../../lib/platform/auth/roles.ts';
import type { AnyRoute } from '../../lib/platform/http/route.ts';
import { apiFunctions } from '../../lib/services/index.ts';
import { makeAdministrator } from '../support/administrator.ts';
import { type Account, type Answer, ApiClient, newAccount } from '../support/api-client.ts';
import { type RunningEngine, runEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { zip } from '../support/zip.ts';

const routes: AnyRoute[] = Object.values(apiFunctions).flat();
const nameOf = (route: AnyRoute) => `${route.method} ${route.path}`;
const viewerPermissions = builtInRoles.find(({ name }) => name === 'viewer')?.permissions ?? [];
const absent = '01900000-0000-7000-8000-00000000dead';

/** Base64 of an archive that holds nothing. */
const emptyZip = 'UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==';

/** A body that passes the route's validation, for the cases that get past authorization. */
const bodies: Record<string, unknown> = {
  'PATCH /instances/:id': { name: 'renamed' },
  'PATCH /vpcs/:id': { name: 'renamed' },
  'POST /vpcs/:id/subnets': { name: 'another', cidr_block: '10.0.9.0/24' },
  'POST /security-groups/:id/rules': { direction: 'ingress', protocol: 'tcp', port_min: 22, port_max: 22 },
  'POST /security-groups/attach': { instance_id: absent, group_id: absent },
  'POST /security-groups/detach': { instance_id: absent, group_id: absent },
  'PATCH /volumes/:id': { name: 'renamed' },
  'POST /volumes/:id/attach': { instance_id: absent },
  'POST /snapshots/:id/restore': { new_volume_name: 'restored' },
  'PATCH /snapshot-schedules/:id': { retain: 3 },
  'PATCH /lb/:id': { name: 'renamed' },
  'POST /lb/:id/targets': { instance_id: absent, port: 80 },
  'PATCH /lb/:id/targets/:instanceId': { weight: 2 },
  'PATCH /autoscaling/groups/:id': { max_instances: 2 },
  'POST /notify/topics/:id/subscriptions': { protocol: 'webhook', endpoint: 'https://example.com/' },
  'POST /notify/topics/:id/publish': { message: 'x' },
  'PATCH /notify/subscriptions/:id': { enabled: false },
  'PUT /autoscaling/groups/:id/instances/:instanceId/protection': { protected: true },
  'POST /autoscaling/groups/:id/policies': {
    name: 'another',
    metric_type: 'cpu',
    target_value: 50,
    scale_out_step: 1,
    scale_in_step: 1,
    cooldown_sec: 60,
  },
  'POST /autoscaling/groups/:id/scheduled-actions': { name: 'noon', cron: '0 12 * * *', desired_count: 1 },
  'POST /storage-uploads/:id/parts': { part_numbers: [1] },
  'POST /storage-uploads/:id/complete': {},
  'POST /storage-versions/:id/restore': { bucket: 'owned', key: 'owned' },
  'PATCH /queues/:id': { visibility_timeout: 60 },
  'POST /queues/:id/messages': { body: 'x' },
  'POST /queues/:id/messages/batch': { messages: [{ body: 'x' }] },
  'PATCH /queues/:id/messages/:handle': { visibility_timeout: 60 },
  'POST /queues/:id/messages/delete-batch': { receipt_handles: ['x'] },
  'PATCH /secrets/:id': { description: 'changed' },
  'POST /secrets/:id/versions': { value: 'another' },
  'POST /secrets/:id/rotate': {},
  'PATCH /functions/:id': { timeout: 10 },
  'PUT /functions/:id/code': { code: emptyZip },
  'POST /functions/:id/rollback': { version: 1 },
  'POST /functions/:id/event-sources': { queue_id: absent },
  'PATCH /functions/:id/event-sources/:sourceId': { batch_size: 1 },
  'PATCH /cron/jobs/:id': { name: 'renamed' },
  'PATCH /gateway/routes/:id': { rate_limit: 7 },
  'PUT /rbac/roles/:id': { name: 'changed', description: '', permissions: [] },
  'POST /rbac/roles/:id/permissions': { permission: 'vpc:read' },
  'POST /admin/tenants/:id/suspend': { instances: 'leave' },
  'PUT /admin/tenants/:id/quotas': { instances: 3 },
  'PUT /admin/tenants/:id/home-zone': { home_zone: 'us-east-1b' },
};

/** What a public route answers to no body at all. */
const publicAnswers: Record<string, [number, string | undefined]> = {
  ...Object.fromEntries(
    ['register', 'login', 'token', 'forgot-password', 'reset-password'].map((name) => [
      `POST /auth/${name}`,
      [400, 'INVALID_INPUT'],
    ]),
  ),
  ...Object.fromEntries(
    [
      '/.well-known/jwks.json',
      '/health',
      '/health/live',
      '/health/ovs',
      '/health/ready',
      '/metrics',
      '/openapi.json',
      '/swagger/*',
    ].map((path) => [`GET ${path}`, [200, undefined]]),
  ),
  'ANY /gw/*': [404, 'NOT_FOUND'],
};

/** An absent role is as good as deleted: contract 2.2 answers 204, where any other absent id is a 404. */
const absentIsDone = ['DELETE /rbac/roles/:id'];

/** A name of nobody's is no absence: a bucket without objects is empty, an object can be stored. */
const namesAnything: Record<string, number> = {
  'GET /storage/:bucket': 200,
  'PUT /storage/:bucket/*': 201,
};

/** API keys, objects and load balancers have types of their own for it: contract 1.3. */
const absenceOf = ({ method, path }: AnyRoute) => {
  if (method === 'HEAD') return undefined;
  if (/^\/(?:auth\/keys|storage\/|storage-versions)/.test(path)) return 'OBJECT_NOT_FOUND';
  return path.startsWith('/lb/') ? 'LB_NOT_FOUND' : 'NOT_FOUND';
};

/** Routes whose id is not a tenant's own: the platform's roles, and what administrators do to tenants. */
const platformWide = (route: AnyRoute) => route.path.startsWith('/rbac/') || route.path.startsWith('/admin/');

describe('every route, whoever calls it', () => {
  let engine: RunningEngine;
  let anonymous: ApiClient;
  let owner: Account;
  let stranger: Account;
  let viewer: Account;
  let nobody: Account;
  let administrator: Account;
  let revokedKey: string;
  let suspended: Account;
  /** The owner's resource for a route's path, by its first segments. */
  let owned: Record<string, string>;

  beforeAll(async () => {
    engine = await runEngine();
    anonymous = new ApiClient(engine.url);
    [owner, stranger, viewer, nobody, suspended] = (await Promise.all(
      ['owner', 'stranger', 'viewer', 'nobody', 'suspended'].map((label) => newAccount(engine.url, label)),
    )) as [Account, Account, Account, Account, Account];
    administrator = await makeAdministrator(engine);

    const key = await owner.api.post<{ id: string; key: string }>('/auth/keys', { name: 'to be revoked' });
    revokedKey = key.data.key;
    expect((await owner.api.delete(`/auth/keys/${key.data.id}`)).status).toBe(204);
    expect(
      (await administrator.api.post(`/admin/tenants/${suspended.id}/suspend`, { instances: 'leave' })).status,
    ).toBe(200);
    await administrator.api.post('/rbac/roles', {
      name: 'nothing',
      description: 'may do nothing',
      permissions: [],
    });
    for (const [account, role] of [
      [viewer, 'viewer'],
      [nobody, 'nothing'],
    ] as const) {
      expect(
        (await administrator.api.post('/rbac/bindings', { user_identifier: account.id, role_name: role }))
          .status,
      ).toBe(204);
    }
    const instance = await owner.api.post<{ id: string }>('/instances', {
      name: 'owned',
      image: 'ubuntu-24.04',
    });
    const ownKey = await owner.api.post<{ id: string }>('/auth/keys', { name: 'owned' });
    const create = async (path: string, body: object): Promise<string> => {
      const answer = await owner.api.post<{ id: string }>(path, body);
      return (answer.data ?? answer.body).id;
    };
    const volume = await create('/volumes', { name: 'owned', size_gb: 1 });
    const vpc = await create('/vpcs', { name: 'owned' });
    const group = await create('/autoscaling/groups', {
      name: 'owned',
      vpc_id: vpc,
      image: 'al2023',
      max_instances: 1,
      desired_count: 1,
    });
    const topic = await create('/notify/topics', { name: 'owned' });
    owned = {
      '/notify/topics': topic,
      '/notify/subscriptions': await create(`/notify/topics/${topic}/subscriptions`, {
        protocol: 'webhook',
        endpoint: 'https://example.com/owned',
      }),
      '/instances': instance.data.id,
      '/auth/keys': ownKey.data.id,
      '/volumes': volume,
      '/snapshots': await create('/snapshots', { volume_id: volume }),
      '/snapshot-schedules': await create('/snapshot-schedules', {
        name: 'owned',
        volume_id: volume,
        interval_hours: 24,
      }),
      '/vpcs': vpc,
      // Not the first range: that one may be the scaling group's by now.
      '/subnets': await create(`/vpcs/${vpc}/subnets`, { name: 'owned', cidr_block: '10.0.200.0/24' }),
      '/security-groups': await create('/security-groups', { vpc_id: vpc, name: 'owned' }),
      '/autoscaling/groups': group,
      '/autoscaling/policies': await create(`/autoscaling/groups/${group}/policies`, {
        name: 'owned',
        metric_type: 'cpu',
        target_value: 50,
        scale_out_step: 1,
        scale_in_step: 1,
        cooldown_sec: 60,
      }),
      '/functions': await create('/functions', {
        name: 'owned',
        runtime: 'nodejs20',
        handler: 'index.js',
        code: (await zip({ 'index.js': '' })).toString('base64'),
      }),
      '/lb': await create('/lb', { name: 'owned', vpc_id: vpc, port: 80 }),
      '/gateway/routes': await create('/gateway/routes', {
        name: 'owned',
        path_prefix: '/owned',
        target_url: 'https://example.com',
      }),
      '/storage': 'owned',
      '/storage-uploads': await create('/storage-uploads', { bucket: 'owned', key: 'upload', size_bytes: 1 }),
      '/storage-versions': (await owner.api.put<{ version_id: string }>('/storage/owned/owned', 'owned')).data
        .version_id,
      '/queues': await create('/queues', { name: 'owned' }),
      '/secrets': await create('/secrets', { name: 'owned', value: 'hunter2' }),
      '/batch/jobs': await create('/batch/jobs', {
        action: 'instance.tag',
        targets: [absent],
        parameters: { set: { a: 'b' } },
      }),
      '/cron/jobs': await create('/cron/jobs', {
        name: 'owned',
        schedule: '@yearly',
        target_url: 'https://example.com/',
      }),
    };
    const until = { revoked: revokedKey, suspended: suspended.api.key as string };
    for (const [what, credential] of Object.entries(until)) {
      await eventually(
        `the ${what} key no longer works`,
        async () => {
          const answers = await Promise.all(
            ['/auth/keys', '/instances', '/quotas'].map((path) => anonymous.get(path, { key: credential })),
          );
          return answers.every((answer) => answer.status === 401);
        },
        30_000,
      );
    }
  });
  afterAll(() => engine?.stop());

  const send = (route: AnyRoute, id: string, key: string | null): Promise<Answer> => {
    const path = route.path.replace(':permission', 'vpc:read').replaceAll(/:[a-zA-Z]+|\*/g, id);
    return anonymous.request(route.method === 'ANY' ? 'GET' : route.method, path, {
      key,
      body: bodies[nameOf(route)],
    });
  };
  /** What a refusal says of its type: an answer to HEAD has no body to say it in. */
  const refused = ({ method }: AnyRoute, status: number, type: string) => [
    status,
    method === 'HEAD' ? undefined : type,
  ];
  const refusal = (answer: Answer) => [answer.status, answer.body?.error?.type];
  /** The answer but for what differs between any two requests. */
  const essence = (answer: Answer) => {
    const headers = Object.fromEntries(answer.headers);
    for (const name of [
      'date',
      'apigw-requestid',
      'x-request-id',
      'x-ratelimit-remaining',
      'x-ratelimit-reset',
    ])
      delete headers[name];
    const { meta, ...body } = answer.body ?? {};
    return { status: answer.status, headers, body, meta: meta && Object.keys(meta) };
  };

  const open = routes.filter((route) => route.permission === 'public');
  const guarded = routes.filter((route) => route.permission !== 'public');
  const permitted = guarded.filter((route) => route.permission !== 'authenticated');
  const ofResource = guarded.filter((route) => route.path.includes(':'));

  it('is public only where the list of public routes says so', async () => {
    await expect(open.map(nameOf).sort()).toMatchFileSnapshot('./public-routes.txt');
  });

  it.each(open.map((route) => [nameOf(route), route] as const))(
    '%s answers everybody alike, whatever key they send',
    async (_, route) => {
      const expected = publicAnswers[nameOf(route)];
      for (const key of [null, revokedKey, suspended.api.key as string, nobody.api.key as string]) {
        const answer = await send(route, 'doc.json', key);
        expect([answer.status, answer.body?.error?.type]).toEqual(expected);
      }
    },
  );

  it.each(guarded.map((route) => [nameOf(route), route] as const))(
    '%s refuses a request without a key',
    async (_, route) => {
      expect(refusal(await send(route, absent, null))).toEqual(refused(route, 401, 'UNAUTHORIZED'));
    },
  );

  it.each(guarded.map((route) => [nameOf(route), route] as const))(
    '%s refuses a revoked key',
    async (_, route) => {
      expect(refusal(await send(route, absent, revokedKey))).toEqual(refused(route, 401, 'UNAUTHORIZED'));
    },
  );

  it.each(guarded.map((route) => [nameOf(route), route] as const))(
    "%s refuses a suspended tenant's key",
    async (_, route) => {
      expect(refusal(await send(route, absent, suspended.api.key as string))).toEqual(
        refused(route, 401, 'UNAUTHORIZED'),
      );
    },
  );

  it.each(permitted.map((route) => [nameOf(route), route] as const))(
    '%s refuses a role without its permission',
    async (_, route) => {
      expect(refusal(await send(route, absent, nobody.api.key as string))).toEqual([403, 'FORBIDDEN']);
      const viewerMay = viewerPermissions.includes(route.permission);
      const answer = await send(route, absent, viewer.api.key as string);
      if (viewerMay) expect(answer.status).not.toBe(403);
      else expect(refusal(answer)).toEqual([403, 'FORBIDDEN']);
    },
  );

  it.each([
    ['instance.launch', { count: 1, parameters: { image: 'al2023' } }],
    ['instance.stop', { targets: [absent] }],
    ['instance.terminate', { targets: [absent] }],
  ])('POST /batch/jobs of %s refuses a role without the permission of that action', async (action, body) => {
    for (const { api } of [viewer, nobody])
      expect(refusal(await api.post('/batch/jobs', { action, ...body }))).toEqual([403, 'FORBIDDEN']);
  });

  const foreign = ofResource.filter((route) => !platformWide(route) && !(nameOf(route) in namesAnything));
  it.each(foreign.map((route) => [nameOf(route), route] as const))(
    "%s answers another tenant's id exactly like an absent one",
    async (_, route) => {
      const kind = Object.keys(owned).find((prefix) => route.path.startsWith(`${prefix}/:`));
      expect(kind, 'give the matrix a resource of this kind to try with').toBeDefined();
      const key = stranger.api.key as string;
      const [theirs, none] = [
        await send(route, owned[kind as string] as string, key),
        await send(route, absent, key),
      ];
      expect(refusal(none)).toEqual([404, absenceOf(route)]);
      expect(essence(theirs)).toEqual(essence(none));
    },
  );

  it.each(ofResource.filter(platformWide).map((route) => [nameOf(route), route] as const))(
    '%s answers what the contract says for an absent id',
    async (_, route) => {
      const answer = await send(route, absent, administrator.api.key as string);
      expect(refusal(answer)).toEqual(
        absentIsDone.includes(nameOf(route)) ? [204, undefined] : [404, 'NOT_FOUND'],
      );
    },
  );

  const named = ofResource.filter((route) => nameOf(route) in namesAnything);
  it.each(named.map((route) => [nameOf(route), route] as const))(
    "%s knows nothing of another tenant's things of that name",
    async (_, route) => {
      const answer = await send(route, owned['/storage'] as string, stranger.api.key as string);
      expect(answer.status).toBe(namesAnything[nameOf(route)]);
      expect(answer.text).not.toContain(owner.id);
      const mine = await owner.api.get('/storage/owned/owned');
      expect(mine.text).toBe('owned');
      await stranger.api.delete('/storage/owned/owned');
    },
  );

  it('leaves no route out', () => {
    const covered = new Set([
      ...guarded.map(nameOf),
      ...open.map(nameOf).filter((name) => publicAnswers[name]),
    ]);
    const resourcesCovered = new Set([...foreign, ...named, ...ofResource.filter(platformWide)].map(nameOf));
    expect(routes.map(nameOf).filter((name) => !covered.has(name))).toEqual([]);
    expect(ofResource.map(nameOf).filter((name) => !resourcesCovered.has(name))).toEqual([]);
    expect(new Set(routes.map(nameOf)).size, 'no route is declared twice').toBe(routes.length);
  });
});
