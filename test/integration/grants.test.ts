import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DescribeVolumesCommandOutput } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onBehalfOf } from '../../lib/platform/auth/on-behalf-of.ts';
import { platformTenant } from '../../lib/platform/auth/records.ts';
import { circuitKey } from '../../lib/platform/breaker/breakers.ts';
import { systemClock } from '../../lib/platform/clock.ts';
import { newId } from '../../lib/platform/ids.ts';
import { createStore } from '../../lib/platform/store/create-store.ts';
import { counterKey, resourceKey } from '../../lib/platform/table/keys.ts';
import { createTables } from '../../lib/platform/table/tables.ts';
import type { Tables } from '../../lib/platform/table/types.ts';
import { workKeys } from '../../lib/platform/work/work-index.ts';
import { itemsPartition } from '../../lib/services/batch-jobs/chunk.ts';
import { createFindings, Drift, driftKind } from '../../lib/services/drift/service.ts';
import { noNetworks, noVolumes } from '../../lib/services/instances/attachments.ts';
import {
  BulkInstances,
  instanceKind,
  LaunchTemplate,
  namesFor,
} from '../../lib/services/instances/service.ts';
import { requestBalancerNetwork, vpcKind } from '../../lib/services/vpcs/service.ts';
import { freePort } from '../../local/engine/free-port.ts';
import { makeAdministrator } from '../support/administrator.ts';
import { type Account, ApiClient, newAccount } from '../support/api-client.ts';
import { jobEnds } from '../support/batch-jobs.ts';
import { type RunningEngine, runEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { becomes, settledInstance } from '../support/settled.ts';
import { localClient } from '../support/tables.ts';
import { zip } from '../support/zip.ts';
import { useCron } from './cron-rights.ts';
import { neededOnAwsAlone } from './needed-on-aws-alone.ts';
import { useTopics } from './topic-rights.ts';

/** How a call that a role lacks the right for shows in a function's log. */
const denial = /AccessDenied|UnauthorizedOperation|is not authorized to perform/;

const newPassword = 'Another-horse-battery-8';

/**
 * Every flow of the platform once, on policies that the engine evaluates for each call: a right that is missing shows as a
 * denial, one that nobody needed as an unused grant.
 */
describe('the rights of every role', () => {
  let engine: RunningEngine;
  let anonymous: ApiClient;
  let user: Account;
  let admin: Account;

  beforeAll(async () => {
    // A bucket tells the shared one of itself after a tenth of its burst.
    engine = await runEngine({ rateLimit: { requestsPerSecond: 200, burst: 500 } }, undefined, {
      allowLoopbackTargets: true,
    });
    anonymous = new ApiClient(engine.url);
    user = await newAccount(engine.url);
    admin = await makeAdministrator(engine);
  });
  afterAll(() => engine?.stop());

  const expectStatus = async (
    status: number,
    sent: ReturnType<ApiClient['request']>,
  ): ReturnType<ApiClient['request']> => {
    const answer = await sent;
    expect(answer.status, answer.text).toBe(status);
    return answer;
  };
  const key = () => ({ headers: { 'idempotency-key': `grants-${Math.random()}` } });
  const machineOf = (id: string) =>
    engine.standIns.ec2.inspect().find(({ tags }) => Object.values(tags).includes(id));
  const landingSubnet = async (id: string) => ({ SubnetId: machineOf(id)?.subnetId });
  const runSchedules = () => {
    for (const schedule of engine.cloud.schedules) schedule.run(Date.now());
  };

  const withTables = async <T>(work: (tables: Tables) => Promise<T>): Promise<T> => {
    const client = localClient(engine.endpoints.dynamodb);
    const nameOf = (variable: 'TABLE_NAME' | 'EPHEMERAL_TABLE_NAME') =>
      Object.values(engine.functions).find((one) => one[variable])?.[variable] ?? '';
    try {
      const names = { record: nameOf('TABLE_NAME'), ephemeral: nameOf('EPHEMERAL_TABLE_NAME') };
      return await work(createTables({ client, ...names }));
    } finally {
      client.destroy();
    }
  };

  /** As if the message about a change had been lost a minute ago. */
  const makeOverdue = async (tenant: string, id: string, kind = 'INSTANCE', set: object = {}) => {
    const client = localClient(engine.endpoints.dynamodb);
    const record = Object.values(engine.functions).find((one) => one.TABLE_NAME)?.TABLE_NAME ?? '';
    const tables = createTables({ client, record, ephemeral: 'none' });
    const due = new Date(Date.now() - 60_000).toISOString();
    await tables.write({
      update: resourceKey(tenant, kind, id),
      set: { ...workKeys(tenant, kind, id, due), ...set },
    });
    client.destroy();
  };

  /** As a first load balancer in the VPC does. */
  const wantBalancerNetwork = async (tenant: string, id: string) => {
    const client = localClient(engine.endpoints.dynamodb);
    const record = Object.values(engine.functions).find((one) => one.TABLE_NAME)?.TABLE_NAME ?? '';
    const tables = createTables({ client, record, ephemeral: 'none' });
    const store = createStore(vpcKind, { tables });
    await tables.transact(requestBalancerNetwork(store, await store.get(tenant, id)));
    client.destroy();
  };

  /** As a scaling group does. @returns ids of the instances */
  const launchTogether = async (tenant: string, count: number): Promise<string[]> => {
    const client = localClient(engine.endpoints.dynamodb);
    const record = Object.values(engine.functions).find((one) => one.TABLE_NAME)?.TABLE_NAME ?? '';
    const tables = createTables({ client, record, ephemeral: 'none' });
    const bulk = new BulkInstances({
      ...{ tables, clock: systemClock, newId, networks: noNetworks, volumes: noVolumes, amiAllowList: [] },
      store: createStore(instanceKind, { tables }),
      zones: { homeOf: () => 'us-east-1a' },
    });
    const caller = onBehalfOf({ tenant, requestId: newId(), by: 'test' }, AbortSignal.timeout(20_000));
    const template = LaunchTemplate.parse({ image: 'al2023' });
    const launched = await bulk.launchMany(caller, template, namesFor('together', count, newId));
    client.destroy();
    return (launched ?? []).map(({ id }) => id);
  };

  /** Has this resource found overdue again and again until the role has sent a message to this backend's queue. */
  const sentBy = (role: 'Sweep' | 'Tick', backend: string, ...overdue: Parameters<typeof makeOverdue>) =>
    eventually(`${role} has sent to ${backend}`, async () => {
      await makeOverdue(...overdue);
      runSchedules();
      return !engine
        .unusedGrants()
        .some(({ roleArn, value }) => roleArn.includes(role) && value.endsWith(`reconcile-${backend}`));
    });
  const sweptTo = (backend: string, ...overdue: Parameters<typeof makeOverdue>) =>
    sentBy('Sweep', backend, ...overdue);

  it('are enough for what is public', async () => {
    for (const path of [
      '/health',
      '/health/live',
      '/health/ready',
      '/health/ovs',
      '/metrics',
      '/openapi.json',
    ])
      await expectStatus(200, anonymous.get(path));
    await Promise.all(Array.from({ length: 100 }, () => expectStatus(404, anonymous.get('/swagger/none'))));
    await expectStatus(404, anonymous.get('/nowhere'));
    await expectStatus(200, anonymous.get('/.well-known/jwks.json'));
  });

  it('are enough for users, keys and tokens', async () => {
    const { email, password } = user;
    await expectStatus(401, anonymous.post('/auth/login', { email, password: 'wrong-password' }));
    const made = await expectStatus(201, user.api.post('/auth/keys', { name: 'one' }, key()));
    await expectStatus(200, user.api.get('/auth/keys'));
    const { id } = made.body.data;
    const rotated = await expectStatus(200, user.api.post(`/auth/keys/${id}/rotate`, undefined, key()));
    await expectStatus(204, user.api.delete(`/auth/keys/${rotated.body.data.id}`, key()));
    for (const proof of [{ email, password }, { api_key: user.api.key }]) {
      const tokens = await expectStatus(200, anonymous.post('/auth/token', proof));
      const headers = { authorization: `Bearer ${tokens.body.data.access_token}` };
      for (const path of [
        '/instances',
        '/auth/keys',
        '/quotas',
        '/volumes',
        '/autoscaling/groups',
        '/secrets',
      ])
        await expectStatus(200, anonymous.get(path, { headers }));
      await expectStatus(404, anonymous.get('/instances/none/logs', { headers }));
      const { refresh_token } = tokens.body.data;
      await expectStatus(200, anonymous.post('/auth/token', { refresh_token }));
      await expectStatus(401, anonymous.post('/auth/token', { refresh_token }));
    }
    await expectStatus(200, anonymous.post('/auth/forgot-password', { email }));
    const token = await eventually('the mail', async () => {
      const mail = engine.standIns.mailbox().find(({ to }) => to.includes(email));
      return mail && /\b[0-9a-f]{64}\b/.exec(JSON.stringify(mail))?.[0];
    });
    await expectStatus(200, anonymous.post('/auth/reset-password', { token, new_password: newPassword }));
    const login = await expectStatus(200, anonymous.post('/auth/login', { email, password: newPassword }));
    user = { ...user, password: newPassword, api: anonymous.as(login.body.data.api_key) };
  });

  it('are enough for gateway routes and what is asked for through them', async () => {
    const once = key();
    const target = { target_url: 'http://127.0.0.1:1/', require_api_key: true };
    const route = { name: 'kept', path_prefix: '/kept', rate_limit: 1, ...target };
    const made = await expectStatus(201, user.api.post('/gateway/routes', route, once));
    await expectStatus(201, user.api.post('/gateway/routes', route, once));
    for (const query of ['', '?page=1', '?sortBy=name'])
      await expectStatus(200, user.api.get(`/gateway/routes${query}`));
    await expectStatus(401, anonymous.get('/gw/kept/x'));
    // Its one request a second may be used up.
    await eventually('the target is asked', async () => (await user.api.get('/gw/kept/x')).status === 502);
    const path = `/gateway/routes/${made.body.data.id}`;
    await expectStatus(200, user.api.get(path));
    const code = (await zip({ 'index.js': 'console.log(1)' })).toString('base64');
    const input = { name: 'target', runtime: 'nodejs20', handler: 'index.js', code };
    const { id } = (await expectStatus(201, user.api.post('/functions', input, key()))).body.data;
    const changed = { target_url: `function://${id}`, path_prefix: '/moved' };
    await expectStatus(200, user.api.patch(path, changed, key()));
    await eventually('the function answers', async () => (await user.api.get('/gw/moved')).status === 200);
    await expectStatus(200, user.api.delete(path, key()));
    await expectStatus(200, user.api.delete(`/functions/${id}`, key()));
  });

  it('are enough for administrators', async () => {
    const role = await expectStatus(201, admin.api.post('/rbac/roles', { name: 'helper' }, key()));
    const path = `/rbac/roles/${role.body.id}`;
    await expectStatus(409, admin.api.post('/rbac/roles', { name: 'helper' }, key()));
    await expectStatus(200, admin.api.get('/rbac/roles/helper'));
    await expectStatus(200, admin.api.put(path, { name: 'helpers', permissions: ['vpc:read'] }, key()));
    await expectStatus(204, admin.api.post(`${path}/permissions`, { permission: 'instance:read' }));
    await expectStatus(204, admin.api.delete(`${path}/permissions/vpc:read`));
    const tenant = await newAccount(engine.url, 'tenant');
    await expectStatus(
      204,
      admin.api.post('/rbac/bindings', { user_identifier: tenant.email, role_name: 'helpers' }),
    );
    for (const query of ['', '?page=1', '?page=1&sortBy=name', '?q=tenant'])
      for (const list of ['/rbac/roles', '/rbac/bindings', '/admin/tenants', '/admin/invitations'])
        await expectStatus(200, admin.api.get(list + query));
    await expectStatus(204, admin.api.delete(path));
    await expectStatus(200, admin.api.get(`/admin/tenants/${tenant.id}`));
    await expectStatus(200, admin.api.put(`/admin/tenants/${tenant.id}/quotas`, { instances: 3 }, key()));
    await expectStatus(200, admin.api.get(`/admin/tenants/${tenant.id}/quotas`));
    const invitation = await expectStatus(201, admin.api.post('/admin/invitations', {}, key()));
    await expectStatus(204, admin.api.delete(`/admin/invitations/${invitation.body.data.id}`));
  });

  it('are enough for suspension, which stops what runs', async () => {
    const tenant = await newAccount(engine.url, 'suspended');
    const instance = await settledInstance(tenant.api, 'paused');
    await expectStatus(200, admin.api.post(`/admin/tenants/${tenant.id}/suspend`, { instances: 'stop' }));
    await eventually('its machine has stopped', async () => machineOf(instance)?.state === 'stopped');
    await expectStatus(200, admin.api.post(`/admin/tenants/${tenant.id}/resume`));
  });

  it('are enough for the life of an instance', async () => {
    const id = await settledInstance(user.api, 'whole', {
      image: 'ubuntu-24.04',
      tags: { env: 'dev' },
      user_data: '#!/bin/sh\necho hello',
    });
    for (const query of [
      '',
      '?page=1',
      '?sortBy=name',
      '?sortBy=name&page=2',
      '?tag=env:dev&page=1',
      '?q=whole',
    ])
      await expectStatus(200, user.api.get(`/instances${query}`));
    await expectStatus(200, user.api.get('/instances/whole'));
    for (const what of ['logs', 'stats', 'console', 'metrics', 'actions'])
      await expectStatus(200, user.api.get(`/instances/${id}/${what}`));
    for (const what of ['logs', 'stats', 'console', 'metrics', 'actions'])
      await expectStatus(200, user.api.get(`/instances/whole/${what}`));
    await expectStatus(200, user.api.patch(`/instances/${id}`, { name: 'renamed' }, key()));
    await expectStatus(200, user.api.post(`/instances/${id}/restart`, undefined, key()));
    await eventually('it has restarted', async () => {
      const { data } = await user.api.get<{ action: string; outcome: string }[]>(`/instances/${id}/actions`);
      return data[0]?.action === 'restart' && data[0].outcome === 'succeeded';
    });
    await expectStatus(200, user.api.post(`/instances/${id}/stop`, undefined, key()));
    await becomes(user.api, id, 'STOPPED');
    await expectStatus(200, user.api.post(`/instances/${id}/stop`, undefined, key()));
    await expectStatus(200, user.api.post(`/instances/${id}/start`, undefined, key()));
    await becomes(user.api, id, 'RUNNING');
    const last = key();
    await expectStatus(200, user.api.delete(`/instances/${id}`, last));
    await expectStatus(200, user.api.delete(`/instances/${id}`, last));
    await eventually('its machine is gone', async () => machineOf(id)?.state === 'terminated');
  });

  it('are enough for containers with ports, every image of the catalogue and every zone', async () => {
    const container = await settledInstance(user.api, 'container', {
      image: 'nginx:1.29',
      ports: '80:80,8443:443',
    });
    for (const image of ['al2023', 'ubuntu-22.04', 'debian-12'])
      await settledInstance(user.api, 'image', { image });
    const { SubnetId } = await landingSubnet(container);
    const removeFault = engine.standIns.ec2.faults.add({
      action: 'RunInstances',
      kind: 'before',
      error: 'InsufficientInstanceCapacity',
      where: { SubnetId },
    });
    const elsewhere = await settledInstance(user.api, 'elsewhere');
    expect(await landingSubnet(elsewhere)).not.toEqual({ SubnetId });
    removeFault();
    await expectStatus(200, user.api.delete(`/instances/${container}`));
    await eventually('its machine is gone', async () => machineOf(container)?.state === 'terminated');
  });

  it('are enough for queues', async () => {
    const create = async (name: string, more: object = {}): Promise<string> =>
      (await expectStatus(201, user.api.post('/queues', { name, ...more }, key()))).body.data.id;
    const nameOf = (id: string) =>
      Object.keys(engine.cloud.queues.depths()).find((name) => name.endsWith(id));
    const dead = await create('dead');
    const id = await create('live', {
      visibility_timeout: 1,
      max_message_size: 1_048_576,
      dead_letter_queue_id: dead,
      max_receive_count: 1,
    });
    const overdue = { next_attempt_at: new Date(Date.now() - 60_000).toISOString() };
    await sweptTo('messaging', user.id, id, 'QUEUE', overdue);
    const path = `/queues/${id}`;
    for (const query of ['', '?page=1', '?page=2&pageSize=1', '?sortBy=name', '?q=live', '?state=active'])
      await expectStatus(200, user.api.get(`/queues${query}`));
    await expectStatus(200, user.api.patch(path, { retention_days: 14 }, key()));
    await eventually('the queue is made', async () => nameOf(id));
    // Again where the reconciler was faster: it is still at what was changed.
    await eventually('a send has made the queue', async () => {
      const made = nameOf(id);
      if (made) engine.cloud.queues.remove(made);
      await expectStatus(201, user.api.post(`${path}/messages`, { body: 'x' }));
      return !engine
        .unusedGrants()
        .some(({ roleArn, value }) => roleArn.includes('Integration') && value === 'sqs:CreateQueue');
    });
    const messages = Array.from({ length: 2 }, () => ({ body: '"'.repeat(200_000) }));
    await expectStatus(200, user.api.post(`${path}/messages/batch`, { messages }));
    for (let i = 0; i < 6; i++)
      await expectStatus(201, user.api.post(`${path}/messages`, { body: '"'.repeat(400_000) }));
    const received = await expectStatus(200, user.api.get(`${path}/messages?max_messages=10`));
    expect(received.body.data.length).toBeLessThan(9);
    const [first, ...others] = received.body.data.map(
      ({ receipt_handle }: { receipt_handle: string }) => receipt_handle,
    );
    const hidden = await expectStatus(
      200,
      user.api.patch(`${path}/messages/${first}`, { visibility_timeout: 9 }),
    );
    await expectStatus(204, user.api.delete(`${path}/messages/${hidden.body.data.receipt_handle}`));
    await expectStatus(200, user.api.post(`${path}/messages/delete-batch`, { receipt_handles: others }));
    const tokens = await expectStatus(200, anonymous.post('/auth/token', { api_key: user.api.key }));
    const headers = { authorization: `Bearer ${tokens.body.data.access_token}` };
    await expectStatus(200, anonymous.get(`/queues/${dead}/messages?wait_seconds=1`, { headers }));
    await expectStatus(200, anonymous.get(path, { headers }));
    await expectStatus(201, user.api.post(`/queues/${dead}/messages`, { body: 'dead' }));
    await expectStatus(202, user.api.post(`${path}/redrive`, undefined, key()));
    await eventually(
      'it has come back',
      async () => engine.cloud.queues.depths()[nameOf(dead) ?? '']?.ready === 0,
    );
    await expectStatus(204, user.api.post(`${path}/purge`));
    const last = key();
    for (let i = 0; i < 2; i++) await expectStatus(204, user.api.delete(path, last));
    await expectStatus(204, user.api.delete(`/queues/${dead}`));
    await eventually('SQS has none', async () => nameOf(id) === undefined && nameOf(dead) === undefined);
  });

  it('are enough for the life of a load balancer', { timeout: 120_000 }, async () => {
    engine.standIns.elb.setProbeMilliseconds(200);
    const vpc = await expectStatus(201, user.api.post('/vpcs', { name: 'balanced' }, key()));
    const front = { name: 'front', vpc_id: vpc.body.data.id, port: await freePort() };
    const removeDelay = engine.standIns.elb.faults.add({
      action: 'CreateLoadBalancer',
      kind: 'delay',
      milliseconds: 3_000,
    });
    const { id } = (await expectStatus(202, user.api.post('/lb', front, key()))).body.data;
    await sweptTo('balancing', user.id, id, 'LOAD_BALANCER');
    removeDelay();
    const instance = await settledInstance(user.api, 'balanced', {
      image: 'http-echo',
      ports: '0:80',
      vpc_id: vpc.body.data.id,
    });
    await expectStatus(201, user.api.post(`/lb/${id}/targets`, { instance_id: instance, port: 80 }, key()));
    const path = `/lb/${id}/targets/${instance}`;
    const isHealthy = (weight: number) =>
      eventually(
        `it is healthy with weight ${weight}`,
        async () => {
          const { data } = await user.api.get<{ health: string; weight: number }[]>(`/lb/${id}/targets`);
          return data[0]?.health === 'healthy' && data[0].weight === weight;
        },
        30_000,
      );
    await isHealthy(1);
    // The measurement of capacity asks whose balancers there are.
    runSchedules();
    await expectStatus(200, user.api.patch(path, { weight: 3 }, key()));
    await expectStatus(200, user.api.patch(`/lb/${id}`, { draining_seconds: 0 }, key()));
    const groupsOf = () =>
      engine.standIns.elb.inspect().find(({ tags }) => tags['thecloud:resource'] === id)?.listeners[0]
        ?.targetGroups;
    await eventually(
      'only its new group is left',
      async () => {
        const groups = groupsOf() ?? [];
        return groups.length === 1 && groups[0]?.name.endsWith('-3');
      },
      60_000,
    );
    for (const query of ['', '?page=1', '?sortBy=name', '?state=ACTIVE', '?q=front'])
      await expectStatus(200, user.api.get(`/lb${query}`));
    // A balancer hears of what becomes of its targets.
    await expectStatus(200, user.api.post(`/instances/${instance}/stop`));
    await becomes(user.api, instance, 'STOPPED');
    await expectStatus(200, user.api.delete(path, key()));
    await expectStatus(200, user.api.delete(`/lb/${id}`, key()));
    await eventually('nothing of it is left', async () => groupsOf() === undefined, 30_000);
    await eventually(
      'its security group is gone',
      async () =>
        !engine.standIns.ec2.inspectResources().some(({ tags }) => tags['thecloud:resource'] === id),
      30_000,
    );
    // What lost answers have made is looked for by name.
    engine.standIns.ec2.faults.add({ action: 'CreateSecurityGroup', kind: 'after', times: 3 });
    engine.standIns.elb.faults.add({ action: 'CreateTargetGroup', kind: 'after', times: 3 });
    const lost = (await expectStatus(202, user.api.post('/lb', { ...front, name: 'lost' }))).body.data;
    await eventually('it is asked for', async () => engine.standIns.elb.faults.list().length === 0, 30_000);
    await expectStatus(200, user.api.delete(`/lb/${lost.id}`));
    await expectStatus(200, user.api.delete(`/instances/${instance}`));
    await expectStatus(200, user.api.delete(`/vpcs/${vpc.body.data.id}`, key()));
  });

  it('are enough for the life of a scaling group', { timeout: 120_000 }, async () => {
    const vpc = await expectStatus(201, user.api.post('/vpcs', { name: 'fleet' }, key()));
    const vpcId = vpc.body.data.id;
    const front = { name: 'fleet', vpc_id: vpcId, port: await freePort(), draining_seconds: 0 };
    const lb = (await expectStatus(202, user.api.post('/lb', front, key()))).body.data.id;
    const fleet = {
      name: 'fleet',
      vpc_id: vpcId,
      load_balancer_id: lb,
      image: 'http-echo',
      max_instances: 2,
      desired_count: 2,
    };
    const made = await expectStatus(201, user.api.post('/autoscaling/groups', fleet, key()));
    const path = `/autoscaling/groups/${made.body.data.id}`;
    const membersBecome = (count: number) =>
      eventually(
        `${count} are in service`,
        async () => {
          const { data } = await user.api.get<{ instance_id: string; lifecycle_state: string }[]>(
            `${path}/instances`,
          );
          const settled = data.every(({ lifecycle_state }) => lifecycle_state === 'IN_SERVICE');
          return settled && data.length === count ? data : undefined;
        },
        30_000,
      );
    const [member] = await membersBecome(2);
    const protection = `${path}/instances/${member?.instance_id}/protection`;
    await expectStatus(200, user.api.put(protection, { protected: true }, key()));
    const policy = { name: 'cpu', metric_type: 'memory', target_value: 90, cooldown_sec: 60 };
    const steps = { scale_out_step: 1, scale_in_step: 1 };
    const added = user.api.post(`${path}/policies`, { ...policy, ...steps }, key());
    const policyId = (await expectStatus(201, added)).body.data.id;
    const noon = { name: 'noon', cron: '0 12 * * *', desired_count: 2 };
    const action = await expectStatus(201, user.api.post(`${path}/scheduled-actions`, noon, key()));
    for (const query of ['', '/policies', '/scheduled-actions', '/activities', '/instances'])
      await expectStatus(200, user.api.get(path + query));
    for (const query of ['', '?page=1', '?sortBy=name', '?state=ACTIVE', '?q=fleet'])
      await expectStatus(200, user.api.get(`/autoscaling/groups${query}`));
    const overdue = { next_attempt_at: new Date(Date.now() - 60_000).toISOString() };
    for (const role of ['Sweep', 'Tick'] as const)
      await sentBy(role, 'autoscaling', user.id, made.body.data.id, 'SCALING_GROUP', overdue);
    await expectStatus(204, user.api.delete(`${path}/scheduled-actions/${action.body.data.id}`, key()));
    await expectStatus(204, user.api.delete(`/autoscaling/policies/${policyId}`, key()));
    await expectStatus(200, user.api.patch(path, { min_instances: 1, desired_count: 1 }, key()));
    await membersBecome(1);
    await expectStatus(409, user.api.delete(`/vpcs/${vpcId}`));
    // What somebody else ends is replaced.
    const [lost] = await membersBecome(1);
    await expectStatus(200, user.api.delete(`/instances/${lost?.instance_id}`));
    await eventually('it is replaced', async () => {
      const [next] = (await membersBecome(1)) ?? [];
      return next?.instance_id !== lost?.instance_id;
    });
    const last = key();
    await expectStatus(204, user.api.delete(path, last));
    await expectStatus(204, user.api.delete(path, last));
    await eventually(
      'its place in the quota is free',
      async () => {
        const { data } = await user.api.get<{ resource: string; used: number }[]>('/quotas');
        return data.some(({ resource, used }) => resource === 'scaling_groups' && used === 0);
      },
      60_000,
    );
    await expectStatus(200, user.api.delete(`/lb/${lb}`, key()));
    await expectStatus(200, user.api.delete(`/vpcs/${vpcId}`, key()));
  });

  it('are enough for the life of a network', async () => {
    const removeFault = engine.standIns.ec2.faults.add({
      action: 'CreateVpc',
      kind: 'delay',
      milliseconds: 2_000,
    });
    const made = async (path: string, body: unknown): Promise<string> =>
      (await expectStatus(201, user.api.post(path, body, key()))).body.data.id;
    const vpc = await made('/vpcs', { name: 'net' });
    await sweptTo('network', user.id, vpc, 'VPC');
    removeFault();
    const subnet = await made(`/vpcs/${vpc}/subnets`, { name: 'front', cidr_block: '10.0.1.0/24' });
    const spare = await made(`/vpcs/${vpc}/subnets`, {
      name: 'spare',
      cidr_block: '10.0.2.0/24',
      public: false,
    });
    const [web, db] = [
      await made('/security-groups', { vpc_id: vpc, name: 'web' }),
      await made('/security-groups', { vpc_id: vpc, name: 'db' }),
    ];
    const rules = [
      await made(`/security-groups/${web}/rules`, { direction: 'ingress', protocol: 'tcp', port_min: 80 }),
      await made(`/security-groups/${web}/rules`, { direction: 'egress', protocol: 'all' }),
      await made(`/security-groups/${web}/rules`, {
        direction: 'egress',
        protocol: 'tcp',
        cidr: '10.0.0.0/8',
      }),
    ];
    await made(`/security-groups/${db}/rules`, {
      direction: 'ingress',
      protocol: 'tcp',
      source_group_id: web,
    });
    await eventually(
      'its rules are in force',
      async () =>
        (await user.api.get<{ provider_id?: string }>(`/security-groups/${web}`)).data.provider_id !==
        undefined,
    );
    for (const rule of rules)
      await expectStatus(200, user.api.delete(`/security-groups/${web}/rules/${rule}`, key()));
    for (const path of [
      '/vpcs',
      '/vpcs?page=1&sortBy=name',
      '/vpcs/net',
      `/vpcs/${vpc}/subnets`,
      `/subnets/${subnet}`,
      `/security-groups?vpc_id=${vpc}`,
      `/security-groups/web?vpc_id=${vpc}`,
    ])
      await expectStatus(200, user.api.get(path));
    await expectStatus(200, user.api.patch(`/vpcs/${vpc}`, { name: 'renamed' }, key()));
    await wantBalancerNetwork(user.id, vpc);
    const instance = await settledInstance(user.api, 'inside', { subnet_id: subnet, ports: '8080:80' });
    const membership = { instance_id: instance, group_id: web };
    const groupsOf = () => machineOf(instance)?.groupIds.length;
    expect(groupsOf()).toBe(1);
    const own = JSON.stringify(machineOf(instance)?.groupIds);
    await expectStatus(200, user.api.post('/security-groups/attach', membership, key()));
    await eventually('it is in the group', async () => JSON.stringify(machineOf(instance)?.groupIds) !== own);
    await expectStatus(200, user.api.post('/security-groups/detach', membership, key()));
    for (const path of [`/vpcs/${vpc}`, `/subnets/${subnet}`])
      await expectStatus(409, user.api.delete(path, key()));
    await expectStatus(200, user.api.delete(`/subnets/${spare}`, key()));
    await expectStatus(200, user.api.delete(`/instances/${instance}`));
    await expectStatus(200, user.api.delete(`/vpcs/${vpc}`, key()));
    await eventually(
      'the VPC is gone',
      async () => {
        const { data } = await user.api.get<{ resource: string; used: number }[]>('/quotas');
        return data.find(({ resource }) => resource === 'vpcs')?.used === 0;
      },
      60_000,
    );
  });

  it('are enough for volumes, their snapshots and schedules', async () => {
    const one = async <T>(path: string) => (await user.api.get<T>(path)).data;
    const create = async (path: string, body: object): Promise<string> =>
      (await expectStatus(201, user.api.post(path, body, key()))).body.data.id;
    const settled = (id: string) =>
      eventually('EBS has the volume as it is wanted', async () => {
        const { provider_id, status, status_reason } = await one<{
          provider_id?: string;
          status: string;
          status_reason?: string;
        }>(`/volumes/${id}`);
        if (!provider_id || status_reason) return false;
        const { Volumes = [] } = (await engine.standIns.call('EC2Client', 'DescribeVolumesCommand', {
          VolumeIds: [provider_id],
        })) as DescribeVolumesCommandOutput;
        return Volumes[0]?.State === (status === 'IN-USE' ? 'in-use' : 'available');
      });
    const volume = await create('/volumes', { name: 'disk', size_gb: 1 });
    await create('/volumes', { name: 'scratch', size_gb: 1 });
    const instance = await settledInstance(user.api, 'with-disk', {
      image: 'al2023',
      volumes: [
        { volume_id: 'disk', mount_path: '/data' },
        { volume_id: 'scratch', mount_path: '/scratch', delete_on_termination: true },
      ],
    });
    await settled(volume);
    await expectStatus(200, user.api.post('/volumes/disk/detach', undefined, key()));
    await settled(volume);
    await expectStatus(200, user.api.post('/volumes/disk/attach', { instance_id: 'with-disk' }, key()));
    await settled(volume);
    await expectStatus(200, user.api.patch('/volumes/disk', { name: 'disc', size_gb: 2 }, key()));
    await settled(volume);
    for (const query of ['', '?page=1', '?sortBy=name', '?sortBy=name&page=2', '?state=available&page=1'])
      for (const list of ['/volumes', '/snapshots', '/snapshot-schedules'])
        if (!query.includes('state') || list !== '/snapshot-schedules')
          await expectStatus(200, user.api.get(list + query));
    await expectStatus(200, user.api.get('/volumes/disc/actions'));
    const snapshot = await create('/snapshots', { volume_id: volume });
    await eventually('the snapshot is complete', async () => {
      const { status } = await one<{ status: string }>(`/snapshots/${snapshot}`);
      return status === 'AVAILABLE';
    });
    const restore = user.api.post(`/snapshots/${snapshot}/restore`, { new_volume_name: 'copy' }, key());
    const copy = (await expectStatus(201, restore)).body.data.id;
    await settled(copy);
    const nightly = { name: 'nightly', volume_id: 'copy', interval_hours: 24 };
    const schedule = await create('/snapshot-schedules', nightly);
    await expectStatus(200, user.api.patch('/snapshot-schedules/nightly', { retain: 3 }, key()));
    const due = new Date(Date.now() - 60_000).toISOString();
    const overdue = { next_run_at: due, next_attempt_at: due };
    await sweptTo('storage', user.id, schedule, 'SNAPSHOT_SCHEDULE', overdue);
    await eventually('the schedule has run', async () => {
      // Again each time: what the change of a moment ago brings about may write over it.
      await makeOverdue(user.id, schedule, 'SNAPSHOT_SCHEDULE', overdue);
      runSchedules();
      return Boolean((await one<{ last_run_at?: string }>('/snapshot-schedules/nightly')).last_run_at);
    });
    await expectStatus(200, user.api.delete(`/instances/${instance}`));
    const last = key();
    await expectStatus(200, user.api.delete('/volumes/copy', last));
    await expectStatus(200, user.api.delete('/volumes/copy', last));
    await expectStatus(200, user.api.delete('/volumes/disc', key()));
    await eventually('what goes along is gone', async () => {
      const answers = await Promise.all([
        user.api.get(`/snapshots/${snapshot}`),
        user.api.get(`/snapshot-schedules/${schedule}`),
      ]);
      return answers.every(({ status }) => status === 404);
    });
    const left = () =>
      engine.standIns.ec2
        .inspectResources()
        .filter(({ kind, tags }) => ['volume', 'snapshot'].includes(kind) && tags['thecloud:resource']);
    await eventually('nothing is left on EBS', async () => left().length === 0, 30_000);
  });

  it('are enough for secrets, of which the secrets function and its worker alone may use the key', async () => {
    const create = (name: string) => user.api.post('/secrets', { name, value: 'hunter2' }, key());
    const { id } = (await expectStatus(201, create('password'))).body.data;
    for (const query of ['', '?page=1', '?sortBy=createdAt', '?q=pass', '?deleted=true'])
      await expectStatus(200, user.api.get(`/secrets${query}`));
    await expectStatus(200, user.api.get('/secrets/password'));
    await expectStatus(200, user.api.patch('/secrets/password', { description: 'of the shop' }, key()));
    for (let version = 2; version <= 21; version++)
      await expectStatus(201, user.api.post('/secrets/password/versions', { value: `v${version}` }, key()));
    await expectStatus(201, user.api.post('/secrets/password/rotate', {}, key()));
    for (const what of ['', '/versions', '/actions'])
      await expectStatus(200, user.api.get(`/secrets/password${what}`));
    // With 20 versions kept, what the function gives drops the oldest.
    const source = "exports.handler = async ({ version }) => ({ value: 'rotated ' + version });";
    const rotator = {
      name: 'rotator',
      runtime: 'nodejs20',
      handler: 'index.handler',
      code: (await zip({ 'index.js': source })).toString('base64'),
    };
    const rotation_function_id = (await expectStatus(201, user.api.post('/functions', rotator))).body.data.id;
    await expectStatus(200, user.api.patch('/secrets/password', { rotation_function_id }, key()));
    await expectStatus(202, user.api.post('/secrets/password/rotation', undefined, key()));
    await eventually('the function has given it a value', async () => {
      const { data } = await user.api.get<{ encrypted_value: string }>('/secrets/password');
      return data.encrypted_value === 'rotated 22';
    });
    const overdue = { next_attempt_at: new Date(Date.now() - 60_000).toISOString() };
    await sweptTo('secrets', user.id, id, 'SECRET', overdue);
    await sentBy('Tick', 'secrets', user.id, id, 'SECRET', overdue);
    await expectStatus(200, user.api.patch('/secrets/password', { rotation_function_id: null }, key()));
    await expectStatus(200, user.api.delete(`/functions/${rotation_function_id}`));
    const last = key();
    await expectStatus(200, user.api.delete('/secrets/password', last));
    await expectStatus(200, user.api.delete('/secrets/password', last));
    await expectStatus(200, user.api.post(`/secrets/${id}/restore`, undefined, key()));
    await expectStatus(200, user.api.delete(`/secrets/${id}?force=true`, key()));
    await eventually('its place in the quota is free', async () => {
      const { data } = await user.api.get<{ resource: string; used: number }[]>('/quotas');
      return data.some(({ resource, used }) => resource === 'secrets' && used === 0);
    });
  });

  it('are enough for functions', async () => {
    const code = async (source: string) => (await zip({ 'index.js': source })).toString('base64');
    const body = { name: 'f', runtime: 'nodejs20', handler: 'index.js', code: await code('') };
    const first = key();
    const { id } = (await expectStatus(201, user.api.post('/functions', body, first))).body.data;
    await expectStatus(201, user.api.post('/functions', body, first));
    const path = `/functions/${id}`;
    const { data } = (await expectStatus(200, user.api.post(`${path}/invoke`, 'x'))).body;
    expect(data).toMatchObject({ status: 'SUCCESS' });
    await expectStatus(200, user.api.get(`${path}/invocations/${data.id}`));
    const accepted = await expectStatus(202, user.api.post(`${path}/invoke?async=true`, 'x'));
    await eventually('what was accepted has run', async () => {
      const later = await user.api.get<{ status: string }>(`${path}/invocations/${accepted.body.data.id}`);
      return later.data.status === 'SUCCESS';
    });
    await expectStatus(200, user.api.patch(path, { name: 'g', timeout: 5 }, key()));
    const resending = () =>
      engine
        .unusedGrants()
        .some(({ roleArn, value }) => roleArn.includes('InvokeRole') && value === 'sqs:SendMessage');
    await eventually(
      'an invocation has met a function that was being changed',
      async () => {
        await expectStatus(200, user.api.patch(path, { environment: { RUN: String(Math.random()) } }));
        await expectStatus(202, user.api.post(`${path}/invoke?async=true`, 'x'));
        return !resending();
      },
      30_000,
    );
    for (let version = 2; version <= 12; version++)
      await expectStatus(200, user.api.put(`${path}/code`, { code: await code(`${version}`) }, key()));
    await expectStatus(200, user.api.post(`${path}/rollback`, { version: 11 }, key()));
    await expectStatus(200, user.api.post(`${path}/invoke`, 'x'));
    for (const query of ['', '?page=1', '?sortBy=name', '?sortBy=name&page=2'])
      await expectStatus(200, user.api.get(`/functions${query}`));
    for (const part of ['', '/versions', '/logs']) await expectStatus(200, user.api.get(path + part));
    const overdue = { next_attempt_at: new Date(Date.now() - 60_000).toISOString() };
    await sweptTo('functions', user.id, id, 'FUNCTION', overdue);
    const queue = (await expectStatus(201, user.api.post('/queues', { name: 'source' }, key()))).body.data.id;
    const sources = `${path}/event-sources`;
    const wanted = { queue_id: queue, batch_size: 1, report_batch_item_failures: true };
    const source = (await expectStatus(201, user.api.post(sources, wanted, key()))).body.data.id;
    for (const query of ['', '?page=1', `/${source}`]) await expectStatus(200, user.api.get(sources + query));
    const logs = async () =>
      (await user.api.get<{ logs: string }[]>(`${path}/logs`)).data.map((one) => one.logs);
    await expectStatus(201, user.api.post(`/queues/${queue}/messages`, { body: 'one' }));
    await eventually(
      'the message is dealt with',
      async () => {
        const { data: left } = await user.api.get<Record<string, number>>(`/queues/${queue}`);
        return !left.approximate_messages && !left.approximate_messages_in_flight;
      },
      30_000,
    );
    // One that no function can take is seen among the invocations.
    await expectStatus(201, user.api.post(`/queues/${queue}/messages`, { body: 'x'.repeat(140_000) }));
    await eventually(
      'the long one was refused',
      async () => (await logs()).some((text) => text.includes('no function can take it')),
      30_000,
    );
    await expectStatus(200, user.api.patch(`${sources}/${source}`, { batch_size: 2 }, key()));
    await sweptTo('sources', user.id, source, 'EVENT_SOURCE', overdue);
    const other = (await expectStatus(201, user.api.post('/queues', { name: 'other' }))).body.data.id;
    const second = (await expectStatus(201, user.api.post(sources, { queue_id: other }))).body.data.id;
    await expectStatus(200, user.api.delete(`${sources}/${second}`, key()));
    // The other one goes with the function.
    await expectStatus(200, user.api.delete(path, key()));
    await eventually(
      'the quota is given back',
      async () => {
        const { body: quotas } = await user.api.get('/quotas');
        return quotas.data.find((one: { resource: string }) => one.resource === 'functions').used === 0;
      },
      30_000,
    );
  });

  it('are enough for batch jobs', async () => {
    const ended = (id: string) => jobEnds(user.api, id, 30_000);
    const create = async (body: object) =>
      (await expectStatus(201, user.api.post('/batch/jobs', body, key()))).body.data.id as string;
    const vpc = (await expectStatus(201, user.api.post('/vpcs', { name: 'crew' }))).body.data.id;
    const parameters = { image: 'al2023', name: 'crew', vpc_id: vpc };
    const launched = await create({ action: 'instance.launch', count: 2, parameters });
    await ended(launched);
    const selector = { name: 'crew-*' };
    for (const action of ['instance.stop', 'instance.start', 'instance.restart'])
      await ended(await create({ action, selector }));
    await ended(await create({ action: 'instance.tag', selector, parameters: { set: { a: 'b' } } }));
    await expectStatus(201, user.api.post('/volumes', { name: 'spare', size_gb: 1 }));
    await settledInstance(user.api, 'crew-with-disk', {
      volumes: [{ volume_id: 'spare', mount_path: '/data', delete_on_termination: true }],
    });
    const last = await create({ action: 'instance.terminate', selector });
    await ended(last);
    const absent = await create({ action: 'instance.stop', targets: [vpc] });
    await ended(absent);
    const again = await expectStatus(201, user.api.post(`/batch/jobs/${absent}/retry`, undefined, key()));
    await ended(again.body.data.id);
    await expectStatus(409, user.api.post(`/batch/jobs/${absent}/cancel`, undefined, key()));
    const many = await create({ action: 'instance.launch', count: 5, concurrency: 1, parameters });
    await expectStatus(200, user.api.post(`/batch/jobs/${many}/cancel`, undefined, key()));
    await ended(many);
    for (const query of ['', '?page=1', '?state=completed', '?sortBy=name'])
      await expectStatus(200, user.api.get(`/batch/jobs${query}`));
    for (const query of ['', '?page=2&pageSize=1', '?status=failed'])
      await expectStatus(200, user.api.get(`/batch/jobs/${last}/items${query}`));
    await expectStatus(200, admin.api.get('/admin/circuit-breakers'));
    // A breaker that has been open lets a probe through, whose success closes it.
    await withTables((tables) =>
      tables.write({
        put: {
          ...circuitKey('ec2'),
          state: 'open',
          failures: 5,
          openings: 1,
          until: 1,
          revision: 1_000,
          expires_at: Math.ceil(Date.now() / 1_000) + 600,
        },
      }),
    );
    await ended(
      await create({ action: 'instance.launch', count: 1, parameters: { image: 'al2023', name: 'probe' } }),
    );
    await eventually(
      'the breaker is closed',
      async () => {
        // A reconciler that has just seen it closed takes it for closed for five seconds more.
        await settledInstance(user.api, 'probe');
        const { data } = await admin.api.get<{ state: string }[]>('/admin/circuit-breakers');
        return data[0]?.state === 'closed';
      },
      20_000,
    );
    await ended(await create({ action: 'instance.terminate', selector: { name: 'probe*' } }));
    const overdue = { next_attempt_at: new Date(0).toISOString() };
    for (const role of ['Sweep', 'Tick'] as const)
      await sentBy(role, 'batch', user.id, last, 'BATCH_JOB', overdue);
    // As the oldest of 500 goes when another one comes.
    await eventually('an old job is forgotten, its items along', async () => {
      await makeOverdue(user.id, launched, 'BATCH_JOB', { deleted_at: new Date(0).toISOString() });
      runSchedules();
      return withTables(async (tables) => {
        const { items } = await tables.queryPage({ partition: itemsPartition(user.id, launched) });
        return items.length === 0;
      });
    });
  });

  it('are enough for topics, subscriptions and deliveries', () => useTopics(engine, user));

  it('are enough for cron jobs', () =>
    useCron(engine, user, async (id) => {
      const due = new Date(Date.now() - 60_000).toISOString();
      for (const role of ['Sweep', 'Tick'] as const)
        await sentBy(role, 'cron', user.id, id, 'CRON_JOB', { next_run_at: due, next_attempt_at: due });
    }));

  it('are enough for launches that fail, and for machines that end by themselves', async () => {
    engine.standIns.ec2.failNextBoot(1);
    const failed = await expectStatus(201, user.api.post('/instances', { name: 'failed', image: 'al2023' }));
    await becomes(user.api, failed.body.data.id, 'ERROR', 20_000);
    await expectStatus(200, user.api.delete(`/instances/${failed.body.data.id}`));
    await expectStatus(201, user.api.post('/volumes', { name: 'survivor', size_gb: 1 }));
    const lost = await settledInstance(user.api, 'killed', {
      volumes: [{ volume_id: 'survivor', mount_path: '/data' }],
    });
    engine.standIns.ec2.kill(machineOf(lost)?.instanceId ?? '');
    await becomes(user.api, lost, 'ERROR');
    await eventually('its volume is free', async () => {
      const { data } = await user.api.get<{ status: string }>('/volumes/survivor');
      return data.status === 'AVAILABLE';
    });
  });

  it('are enough to measure scaling groups, and to end it', async () => {
    const create = async (path: string, body: object): Promise<string> =>
      (await expectStatus(201, user.api.post(path, body, key()))).body.data.id;
    const vpc_id = await create('/vpcs', { name: 'measured' });
    const one = { min_instances: 1, max_instances: 1, desired_count: 1 };
    const group = await create('/autoscaling/groups', {
      name: 'measured',
      vpc_id,
      image: 'http-echo',
      ...one,
    });
    const policy = { metric_type: 'memory', target_value: 80, scale_out_step: 1, scale_in_step: 1 };
    const path = `/autoscaling/groups/${group}`;
    const policyId = await create(`${path}/policies`, { name: 'full', cooldown_sec: 60, ...policy });
    const unused = () =>
      engine
        .unusedGrants()
        .filter(({ roleArn }) => roleArn.includes('Metrics'))
        .map(({ value }) => value);
    const agentReports = async () => {
      const machines = engine.standIns.ec2
        .inspect()
        .filter(({ tags }) => tags['thecloud:tenant'] === user.id);
      for (const { instanceId } of machines)
        await engine.standIns.call('CloudWatchClient', 'PutMetricDataCommand', {
          Namespace: 'CWAgent',
          MetricData: [
            {
              MetricName: 'mem_used_percent',
              Dimensions: [{ Name: 'InstanceId', Value: instanceId }],
              Timestamp: new Date(Date.now() - 120_000),
              Value: 50,
            },
          ],
        });
    };
    await eventually(
      'a look at the group was sent',
      async () => {
        await agentReports();
        runSchedules();
        return !unused().some((value) => /:MonitorInstances$|autoscaling$/.test(value));
      },
      30_000,
    );
    await expectStatus(204, user.api.delete(`/autoscaling/policies/${policyId}`, key()));
    await eventually(
      'detailed monitoring has ended',
      async () => {
        runSchedules();
        return unused().length === 0;
      },
      30_000,
    );
    await expectStatus(204, user.api.delete(path, key()));
  });

  it('are enough for instances that are launched together', async () => {
    const ids = await launchTogether(user.id, 3);
    for (const id of ids) await becomes(user.api, id, 'RUNNING');
    const machines = engine.standIns.ec2
      .inspect()
      .filter(({ tags, state }) => tags['thecloud:launch-batch'] && state === 'running');
    expect(machines).toHaveLength(3);
    expect(new Set(machines.map(({ clientToken }) => clientToken)).size).toBe(1);
    for (const id of ids) await expectStatus(200, user.api.delete(`/instances/${id}`));
  });

  it('are enough for the audit, which finds what no event told of, and for the sweep', async () => {
    const drifted = await settledInstance(user.api, 'drifted');
    engine.standIns.ec2.loseNextEvent(5);
    engine.standIns.ec2.kill(machineOf(drifted)?.instanceId ?? '');
    await eventually(
      'the audit has found it',
      async () => {
        runSchedules();
        const { data } = await user.api.get<{ status: string }>(`/instances/${drifted}`);
        return data.status === 'ERROR';
      },
      20_000,
    );
    engine.standIns.ec2.loseNextEvent(0);
    const late = await settledInstance(user.api, 'late');
    const removeFault = engine.standIns.ec2.faults.add({
      action: 'StopInstances',
      kind: 'delay',
      milliseconds: 2_000,
    });
    await expectStatus(200, user.api.post(`/instances/${late}/stop`));
    await sweptTo('ec2', user.id, late);
    removeFault();
    await becomes(user.api, late, 'STOPPED');
  });

  /** Records of things that the cloud has lost, one for each reconciler, and a run of the schedule a week ago. */
  const lostThings = async (tenant: string) => {
    const client = localClient(engine.endpoints.dynamodb);
    const { TABLE_NAME = '', EPHEMERAL_TABLE_NAME = '' } =
      Object.values(engine.functions).find((one) => one.TABLE_NAME && one.EPHEMERAL_TABLE_NAME) ?? {};
    const tables = createTables({ client, record: TABLE_NAME, ephemeral: EPHEMERAL_TABLE_NAME });
    const old = Date.now() - 8 * 86_400_000;
    const updated_at = new Date(old).toISOString();
    const settled = { status: 'AVAILABLE', generation: 1, observed_generation: 1, version: 1, updated_at };
    for (const kind of ['INSTANCE', 'VOLUME', 'VPC', 'LOAD_BALANCER']) {
      const ids = { provider_id: 'lost', container_id: 'lost' };
      await tables.write({ put: { ...resourceKey(tenant, kind, newId()), ...settled, ...ids } });
      await tables.write({ update: counterKey(tenant, kind), add: { total: 1 } });
    }
    const clock = { now: () => old };
    const findings = createFindings({ tables });
    const store = createStore(driftKind, { tables, clock });
    await new Drift({ store, tables, findings, clock, newId }).beginScheduled(AbortSignal.timeout(10_000));
    client.destroy();
  };

  it('are enough for objects, their versions and uploads, and for clearing them away', async () => {
    const path = '/storage/grants/a';
    for (const text of ['one', 'two']) await expectStatus(201, user.api.put(path, text));
    await expectStatus(200, user.api.get(path));
    await expectStatus(200, user.api.get('/storage/grants'));
    await expectStatus(200, user.api.get('/storage'));
    const copied = { headers: { 'x-copy-source': '/grants/a' } };
    await expectStatus(201, user.api.request('PUT', '/storage/grants/copy', copied));
    const versions = await expectStatus(200, user.api.get('/storage-versions?bucket=grants&key=a'));
    await expectStatus(
      200,
      user.api.post(`/storage-versions/${versions.body.data[1].id}/restore`, { bucket: 'grants', key: 'a' }),
    );
    const large = { bucket: 'grants', key: 'large', size_bytes: 9_000_000 };
    const whole = await expectStatus(201, user.api.post('/storage-uploads', { ...large, multipart: true }));
    await expectStatus(
      200,
      user.api.post(`/storage-uploads/${whole.body.data.id}/parts`, { part_numbers: [1, 2] }),
    );
    await expectStatus(204, user.api.delete(`/storage-uploads/${whole.body.data.id}`));
    const small = { bucket: 'grants', key: 'small', size_bytes: 3 };
    const one = await expectStatus(201, user.api.post('/storage-uploads', small));
    const { url, headers } = one.body.data.target;
    expect((await fetch(url, { method: 'PUT', headers, body: 'abc' })).status).toBe(200);
    await expectStatus(200, user.api.post(`/storage-uploads/${one.body.data.id}/complete`, {}));
    await expectStatus(200, user.api.post('/storage-downloads', { bucket: 'grants', key: 'small' }));
    for (const key of ['a', 'copy', 'small'])
      await expectStatus(204, user.api.delete(`/storage/grants/${key}?permanent=true`));
    // An upload in parts that nobody completed, a day later.
    const left = await expectStatus(201, user.api.post('/storage-uploads', { ...large, multipart: true }));
    await withTables(async (tables) => {
      const clearings = await Promise.all(
        [0, 1, 2, 3].map(async (shard) => {
          const found = await tables.queryPage({ partition: `OBJECT_CLEARING#${shard}` });
          return found.items;
        }),
      );
      const clearing = clearings.flat().find(({ upload }) => upload === left.body.data.id);
      const { pk, sk, ...rest } = clearing ?? {};
      const due = `${new Date().toISOString()}#${rest.id}`;
      await tables.transact([
        { delete: { pk: String(pk), sk: String(sk) } },
        { put: { pk: String(pk), sk: due, ...rest } },
      ]);
    });
    await eventually(
      'everything is cleared away',
      async () => {
        runSchedules();
        const gone = await user.api.get(`/storage-uploads/${left.body.data.id}`);
        return (
          gone.status === 404 && !unusedOf('Sweep').some((value) => /s3:|DeleteItem|PutItem/.test(value))
        );
      },
      30_000,
    );
  });

  const unusedOf = (role: string): string[] =>
    engine
      .unusedGrants()
      .filter(({ roleArn }) => roleArn.includes(role))
      .map(({ value }) => value);

  it('are enough for the drift report, asked for and by schedule, and for what it finds', async () => {
    await lostThings((await newAccount(engine.url)).id);
    // One that is there, so that its tags are asked for.
    const network = await expectStatus(201, user.api.post('/vpcs', { name: 'balanced' }, key()));
    const balancer = { name: 'compared', vpc_id: network.body.data.id, port: 8090 };
    const { id: compared } = (await expectStatus(202, user.api.post('/lb', balancer, key()))).body.data;
    await eventually(
      'the balancer is there',
      async () => (await user.api.get<{ status: string }>(`/lb/${compared}`)).data.status === 'ACTIVE',
      30_000,
    );
    const begun = await expectStatus(202, admin.api.post('/admin/reconcile', undefined, key()));
    const { id } = begun.body.data;
    const overdue = { next_attempt_at: new Date(Date.now() - 60_000).toISOString() };
    await sweptTo('drift', platformTenant, id, 'DRIFT_REPORT', overdue);
    await eventually(
      'the run is complete, and the old one is gone',
      async () => {
        const { data } = await admin.api.get<{ status: string }>(`/admin/drift/${id}`);
        return data.status === 'COMPLETED' && deletes().length === 0;
      },
      90_000,
    );
    for (const query of ['', '?page=1', '?sortBy=state&page=1'])
      await expectStatus(200, admin.api.get(`/admin/drift${query}`));
    const missing = await expectStatus(200, admin.api.get(`/admin/drift/${id}/findings?verdict=missing`));
    expect(missing.body.data.length).toBeGreaterThanOrEqual(4);
    await expectStatus(200, user.api.delete(`/lb/${compared}`, key()));
  });

  /** Whether the drift worker has not yet had to take anything away. */
  const deletes = () =>
    engine
      .unusedGrants()
      .filter(({ roleArn, value }) => roleArn.includes('ReconcileDrift') && value === 'dynamodb:DeleteItem');

  const logs = () => {
    const folder = join(engine.dataDir, 'logs');
    return readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
  };

  it.each([
    '/instances',
    '/vpcs',
    '/volumes',
    '/autoscaling/groups',
    '/queues',
    '/secrets',
    '/functions',
    '/storage/none',
  ])('are enough for an access token on %s', async (path) => {
    const tokens = await expectStatus(200, anonymous.post('/auth/token', { api_key: user.api.key }));
    const headers = { authorization: `Bearer ${tokens.body.data.access_token}` };
    await expectStatus(200, anonymous.get(path, { headers }));
  });

  it('are enough: no call was denied', () => {
    const denied = logs().flatMap(({ name, text }) =>
      text
        .split('\n')
        .filter((line) => denial.test(line))
        .map((line) => `${name}: ${line}`),
    );
    expect(denied).toEqual([]);
  });

  it('are all needed, but for what real AWS alone asks for, each with its reason', async () => {
    const nameOf = (roleArn: string) => /-(\w+?)Role[0-9A-F]{8}/.exec(roleArn)?.[1] ?? roleArn;
    const unused = () =>
      engine
        .unusedGrants()
        .map(({ roleArn, sid, element, value }) => `${nameOf(roleArn)} ${sid ?? ''} ${element} ${value}`)
        .sort();
    expect(unused()).toEqual(Object.keys(neededOnAwsAlone).sort());
  });
});
