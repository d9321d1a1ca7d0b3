import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { UserRecord } from '../../../../lib/platform/auth/records.ts';
import { unlimited } from '../../../../lib/platform/aws/call-budget.ts';
import { systemClock } from '../../../../lib/platform/clock.ts';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { newId } from '../../../../lib/platform/ids.ts';
import type { ReconcileQueue } from '../../../../lib/platform/lifecycle/ports.ts';
import { createReconciler } from '../../../../lib/platform/lifecycle/reconciler.ts';
import { isAtRest } from '../../../../lib/platform/lifecycle/settlement.ts';
import type { ReconcileMessage } from '../../../../lib/platform/lifecycle/types.ts';
import type { ResourceStore } from '../../../../lib/platform/store/types.ts';
import type { LifecycleEvent } from '../../../../lib/platform/table/resource.ts';
import { noCloudNetworks, noCloudVolumes } from '../../../../lib/services/instances/attachments.ts';
import { createAudit } from '../../../../lib/services/instances/audit.ts';
import { createEc2Compute, createEc2Fleet } from '../../../../lib/services/instances/backend.ec2.ts';
import type { Compute } from '../../../../lib/services/instances/backend.ts';
import { createInstanceController } from '../../../../lib/services/instances/controller.ts';
import { machineKey, userDataKey } from '../../../../lib/services/instances/keys.ts';
import {
  lastSweepOf,
  ObservedEvent,
  type TenantChange,
} from '../../../../lib/services/instances/observed-event.ts';
import { createObserver, type ObserverOptions } from '../../../../lib/services/instances/observer.ts';
import type { InstanceRecord } from '../../../../lib/services/instances/record.ts';
import { createSuspension } from '../../../../lib/services/instances/suspension.ts';
import { createUserData } from '../../../../lib/services/instances/user-data.ts';
import { createQuotas } from '../../../../lib/services/quotas/service.ts';
import { type TenantAction, tenantEvent } from '../../../../lib/services/tenants/tenant-event.ts';
import { type StandInCloud, startStandIn } from '../../../conformance/compute/stand-in-cloud.ts';
import { eventually } from '../../../support/eventually.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { defaultLimits, launchInput, newCaller, openInstances } from './harness.ts';

let database: TestTables;
let cloud: StandInCloud;
let platform: ReturnType<typeof openInstances>;
let compute: Compute;
let reconcile: ReturnType<typeof worker>;

const signal = new AbortController().signal;
const silent = { info: () => undefined, warn: () => undefined };

/** A reconcile worker, with its own view of backend and store where a test disturbs them. */
const worker = (changed: { compute?: Compute; store?: ResourceStore<InstanceRecord> } = {}) => {
  const reconciler = createReconciler({
    kinds: [
      {
        controller: createInstanceController({
          compute: changed.compute ?? compute,
          networks: noCloudNetworks,
          volumes: noCloudVolumes,
          userData: createUserData(database.tables).read,
          launchBatchIsThere: async () => false,
        }),
        store: changed.store ?? platform.store,
      },
    ],
    tables: database.tables,
    clock: systemClock,
    log: silent,
  });
  /** Looks at one instance once, whatever time it is. */
  return (caller: Caller, id: string) => {
    const { tenant } = caller.principal;
    const message = { kind: 'INSTANCE', tenant, id, generation: 0, event_id: randomUUID(), observed: true };
    return reconciler.handle([message], { signal, deadline: Date.now() + 20_000 });
  };
};

beforeAll(async () => {
  [database, cloud] = await Promise.all([startTables(), startStandIn()]);
  platform = openInstances(database.tables);
  compute = createEc2Compute({
    ec2: cloud.ec2,
    ssm: cloud.ssm,
    budget: unlimited,
    clock: systemClock,
    stage: 'test',
    vpcId: cloud.vpcId,
    subnets: cloud.subnets,
    homeZone: 'us-east-1a',
  });
  reconcile = worker();
});
afterEach(() => cloud.controls.faults.clear());
afterAll(() => Promise.all([database?.stop(), cloud?.stop()]));

const recordOf = (caller: Caller, id: string) =>
  platform.store.find(caller.principal.tenant, id, { tombstones: true });

/** Looks again and again until nothing is left to do. */
const settled = (caller: Caller, id: string, look = reconcile): Promise<InstanceRecord | 'gone'> =>
  eventually(
    `${id} has settled`,
    async () => {
      await look(caller, id);
      const record = await recordOf(caller, id);
      if (!record) return 'gone';
      return isAtRest(record) && record;
    },
    25_000,
  );

const machinesOf = ({ principal }: Caller) =>
  cloud.controls.inspect().filter(({ tags }) => tags['thecloud:tenant'] === principal.tenant);
const livingOf = (caller: Caller) => machinesOf(caller).filter(({ state }) => state !== 'terminated');

const launch = (caller: Caller, change: Record<string, unknown> = {}) =>
  platform.instances.launch(caller, launchInput(change));

const running = async (caller: Caller, change: Record<string, unknown> = {}): Promise<InstanceRecord> => {
  const { id } = await launch(caller, change);
  const record = await settled(caller, id);
  if (record === 'gone') throw new Error('it is gone');
  expect(record.status).toBe('RUNNING');
  return record;
};

const useOf = async ({ principal }: Caller): Promise<number[]> => {
  const quotas = createQuotas({ tables: database.tables, limits: defaultLimits });
  return (await quotas.list(principal.tenant)).map(({ used }) => used);
};

/** Tries of one call: the first, and the SDK's two repeats. */
const tries = 3;

describe('an instance on EC2', () => {
  it('is not looked for before it is first launched, as there can be none', async () => {
    const caller = newCaller();
    const { id } = await launch(caller);
    cloud.calls.length = 0;
    await reconcile(caller, id);
    const actions = cloud.calls.map(({ action }) => action);
    expect(actions.indexOf('RunInstances')).toBeGreaterThan(0);
    expect(actions.filter((action) => action === 'DescribeInstances')).toEqual([]);
  });

  it('comes up with an address, goes down, comes up again, restarts, and ends without a trace', async () => {
    const caller = newCaller();
    const { id, container_id, private_ip } = await running(caller, { ports: '8080:80' });
    expect([container_id, private_ip]).toEqual([
      expect.stringMatching(/^i-/),
      expect.stringMatching(/^10\.0\.0\./),
    ]);
    expect(await database.tables.get(machineKey(container_id as string))).toMatchObject({ id });

    await platform.instances.stop(caller, id);
    expect(await settled(caller, id)).toMatchObject({ status: 'STOPPED', container_id });
    await platform.instances.start(caller, id);
    expect(await settled(caller, id)).toMatchObject({ status: 'RUNNING', container_id });
    await platform.instances.restart(caller, id);
    expect(await settled(caller, id)).toMatchObject({ status: 'RUNNING', restarts_done: 1 });
    expect(await useOf(caller)).toEqual([1, 2, 0]);

    await platform.instances.delete(caller, id);
    expect(await settled(caller, id)).toBe('gone');
    expect([livingOf(caller), await useOf(caller)]).toEqual([[], [0, 0, 0]]);
    expect(await database.tables.get(machineKey(container_id as string))).toBeUndefined();
  });

  it('tells its owner in the end how each action came out', async () => {
    const caller = newCaller();
    const { event } = await running(caller);
    expect(event).toMatchObject({ action: 'launch', phase: 'succeeded', user: caller.principal.user });
  });

  it('takes its user data with it', async () => {
    const caller = newCaller();
    const { id } = await running(caller, { image: 'al2023', user_data: '#!/bin/sh' });
    const key = userDataKey(caller.principal.tenant, id);
    expect(await database.tables.get(key)).toMatchObject({ text: '#!/bin/sh' });
    await platform.instances.delete(caller, id);
    await settled(caller, id);
    expect(await database.tables.get(key)).toBeUndefined();
  });

  it('that is stopped before anything was launched is STOPPED, and starts later', async () => {
    const caller = newCaller();
    const { id } = await launch(caller);
    await platform.instances.stop(caller, id);
    const record = await settled(caller, id);
    expect(record).toMatchObject({ status: 'STOPPED' });
    expect(record).not.toHaveProperty('container_id');
    expect(machinesOf(caller)).toEqual([]);
    await platform.instances.start(caller, id);
    expect(await settled(caller, id)).toMatchObject({ status: 'RUNNING' });
  });

  it('that is deleted before anything was launched is forgotten at once', async () => {
    const caller = newCaller();
    const { id } = await launch(caller);
    await platform.instances.delete(caller, id);
    expect(await settled(caller, id)).toBe('gone');
    expect([machinesOf(caller), await useOf(caller)]).toEqual([[], [0, 0, 0]]);
  });
});

describe('something goes wrong', () => {
  it('the worker dies just after a launch: there is one machine', async () => {
    const caller = newCaller();
    const { id } = await launch(caller);
    let crashes = 1;
    const dying: ResourceStore<InstanceRecord> = {
      ...platform.store,
      settle: async (record, change, ...rest) => {
        if (change.set?.container_id && crashes-- > 0) throw new Error('the worker died');
        return platform.store.settle(record, change, ...rest);
      },
    };
    await worker({ store: dying })(caller, id);
    expect(machinesOf(caller)).toHaveLength(1);
    expect((await recordOf(caller, id))?.container_id).toBeUndefined();
    expect(await settled(caller, id)).toMatchObject({ status: 'RUNNING' });
    expect(machinesOf(caller)).toHaveLength(1);
  });

  it.each(['delete', 'stop', 'update'] as const)(
    'the user’s %s comes in the middle of the launch',
    async (act) => {
      const caller = newCaller();
      const { id } = await launch(caller);
      const disturbed: Compute = {
        ...compute,
        launch: async (...args) => {
          const result = await compute.launch(...args);
          if (act === 'update') await platform.instances.update(caller, id, { name: 'renamed' });
          else await platform.instances[act](caller, id);
          return result;
        },
      };
      await worker({ compute: disturbed })(caller, id);
      const end = await settled(caller, id);
      const expected = {
        delete: 'gone',
        stop: { status: 'STOPPED' },
        update: { status: 'RUNNING', name: 'renamed' },
      };
      if (act === 'delete') expect([end, livingOf(caller)]).toEqual([expected[act], []]);
      else expect(end).toMatchObject(expected[act]);
      expect(machinesOf(caller)).toHaveLength(1);
      expect(await useOf(caller)).toEqual(act === 'delete' ? [0, 0, 0] : [1, 2, 0]);
    },
  );

  it('EC2 launches and fails to say so: there is one machine', async () => {
    const caller = newCaller();
    cloud.controls.faults.add({ action: 'RunInstances', kind: 'after', times: tries });
    await running(caller);
    expect(machinesOf(caller)).toHaveLength(1);
  });

  it('EC2 launches, fails to say so, and the user deletes: no machine is left', async () => {
    const caller = newCaller();
    cloud.controls.faults.add({ action: 'RunInstances', kind: 'after', times: tries });
    const { id } = await launch(caller);
    await reconcile(caller, id);
    expect(livingOf(caller)).toHaveLength(1);
    await platform.instances.delete(caller, id);
    expect(await settled(caller, id)).toBe('gone');
    expect([livingOf(caller), await useOf(caller)]).toEqual([[], [0, 0, 0]]);
  });

  it.each(['throttle', 'before', 'after'] as const)(
    'every call meets a fault (%s) once: all comes about',
    { timeout: 60_000 },
    async (kind) => {
      const caller = newCaller();
      const { id } = await launch(caller, { ports: '80:80' });
      for (const action of [
        'DescribeImages',
        'DescribeSecurityGroups',
        'CreateSecurityGroup',
        'AuthorizeSecurityGroupIngress',
        'RunInstances',
        'DescribeInstances',
        'TerminateInstances',
        'DeleteSecurityGroup',
      ]) {
        cloud.controls.faults.add({ action, kind, times: tries });
      }
      expect(await settled(caller, id)).toMatchObject({ status: 'RUNNING' });
      await platform.instances.delete(caller, id);
      expect(await settled(caller, id)).toBe('gone');
      expect(livingOf(caller)).toEqual([]);
    },
  );

  it('a zone has no capacity: the instance comes up in the other', async () => {
    const caller = newCaller();
    const { id } = await launch(caller);
    const [home] = cloud.subnets;
    const full: Compute = {
      ...compute,
      launch: async (request, given) =>
        request.placement.subnet_id === home?.subnetId
          ? { outcome: 'refused', zoneIsFull: true, reason: 'InsufficientInstanceCapacity' }
          : compute.launch(request, given),
    };
    expect(await settled(caller, id, worker({ compute: full }))).toMatchObject({
      status: 'RUNNING',
      zone: 'us-east-1b',
      attempt: 2,
    });
  });

  it('no zone has capacity: the instance fails and says why', async () => {
    const caller = newCaller();
    const { id } = await launch(caller);
    cloud.controls.faults.add({
      action: 'RunInstances',
      kind: 'before',
      error: 'InsufficientInstanceCapacity',
    });
    expect(await settled(caller, id)).toMatchObject({
      status: 'ERROR',
      status_reason: expect.stringContaining('InsufficientInstanceCapacity'),
      event: { action: 'launch', phase: 'failed' },
    });
    await platform.instances.delete(caller, id);
    expect(await settled(caller, id)).toBe('gone');
  });

  it('the account’s limit is reached: the instance fails at once and names the limit', async () => {
    const caller = newCaller();
    const { id } = await launch(caller);
    cloud.controls.faults.add({ action: 'RunInstances', kind: 'before', error: 'VcpuLimitExceeded' });
    expect(await settled(caller, id)).toMatchObject({
      status: 'ERROR',
      failures: 1,
      status_reason: expect.stringContaining('VcpuLimitExceeded'),
    });
  });

  it('the machine dies while it boots: the instance fails and says why', async () => {
    const caller = newCaller();
    const { id } = await launch(caller);
    cloud.controls.failNextBoot();
    expect(await settled(caller, id)).toMatchObject({
      status: 'ERROR',
      status_reason: expect.stringContaining('Server.InternalError'),
    });
  });

  it('the machine is terminated behind our back: the instance is in ERROR, can’t be started, and can be deleted', async () => {
    const caller = newCaller();
    const { id, container_id } = await running(caller);
    cloud.controls.kill(container_id as string);
    await eventually('it failed', async () => {
      await reconcile(caller, id);
      return (await recordOf(caller, id))?.status === 'ERROR';
    });
    await expect(platform.instances.start(caller, id)).rejects.toMatchObject({ type: 'CONFLICT' });
    await platform.instances.delete(caller, id);
    expect(await settled(caller, id)).toBe('gone');
    expect(await useOf(caller)).toEqual([0, 0, 0]);
  });

  it('twenty launches at once, looked at by three workers: each has one machine', async () => {
    const caller = newCaller();
    const ids = await Promise.all(Array.from({ length: 20 }, async () => (await launch(caller)).id));
    const workers = [worker(), worker(), worker()];
    await Promise.all(ids.flatMap((id) => workers.map((look) => look(caller, id))));
    await Promise.all(ids.map((id) => settled(caller, id)));
    const owners = machinesOf(caller).map(({ tags }) => tags['thecloud:instance']);
    expect(owners.sort()).toEqual(ids.sort());
  });
});

describe('the observer', () => {
  type Sent = ReconcileMessage & { delaySeconds: number };
  const queueInto = (sent: Sent[]): ReconcileQueue => ({
    send: async (messages) => {
      sent.push(...messages.map(({ message, delaySeconds }) => ({ ...message, delaySeconds })));
      return new Map();
    },
  });
  const observing = (sent: Sent[], changed: Partial<ObserverOptions> = {}) =>
    createObserver({
      tables: database.tables,
      queues: { INSTANCE: queueInto(sent), VOLUME: queueInto(sent), LOAD_BALANCER: queueInto(sent) },
      usersOf: async () => [],
      sleep: async () => undefined,
      ...changed,
    });
  const event = (machineId: string, state: string) => {
    const parsed = ObservedEvent.parse({
      version: '0',
      id: `event-${machineId}-${state}`,
      source: 'aws.ec2',
      'detail-type': 'EC2 Instance State-change Notification',
      detail: { 'instance-id': machineId, state },
    });
    if (parsed.kind !== 'machine') throw new Error('not a machine’s');
    return parsed;
  };

  it('asks for a look at the instance whose machine it is, the same message for the same event', async () => {
    const caller = newCaller();
    const { id, container_id } = await running(caller);
    const sent: Sent[] = [];
    const observe = observing(sent);
    expect(await observe(event(container_id as string, 'stopped'), signal)).toBe('sent');
    expect(await observe(event(container_id as string, 'stopped'), signal)).toBe('sent');
    expect(sent[0]).toMatchObject({ kind: 'INSTANCE', tenant: caller.principal.tenant, id, observed: true });
    expect(sent[1]).toEqual(sent[0]);
  });

  it.each(['pending', 'stopping', 'shutting-down'])('lets %s pass: it is only on the way', async (state) => {
    const sent: Sent[] = [];
    expect(await observing(sent)(event('i-0123', state), signal)).toBe('nothing to do');
  });

  it('drops what is nobody’s', async () => {
    const sent: Sent[] = [];
    expect([await observing(sent)(event('i-0123', 'running'), signal), sent]).toEqual(['not ours', []]);
  });

  it('waits for the write that says whose a new machine is', async () => {
    const sent: Sent[] = [];
    const machineId = `i-${randomUUID()}`;
    let pauses = 0;
    const observe = observing(sent, {
      sleep: async () => {
        pauses += 1;
        if (pauses === 3)
          await database.tables.write({ put: { ...machineKey(machineId), tenant: 't', id: 'x' } });
      },
    });
    expect([await observe(event(machineId, 'running'), signal), pauses]).toEqual(['sent', 3]);
  });

  it('fails where the message could not be sent, so that it comes back', async () => {
    const machineId = `i-${randomUUID()}`;
    await database.tables.write({ put: { ...machineKey(machineId), tenant: 't', id: 'x' } });
    const full: ReconcileQueue = { send: async () => new Map([[0, new Error('the queue is full')]]) };
    const users = { usersOf: async () => [{ kind: 'VOLUME', id: 'v' }] };
    for (const queues of [
      { INSTANCE: full, VOLUME: queueInto([]) },
      { INSTANCE: queueInto([]), VOLUME: full },
    ])
      await expect(observing([], { ...users, queues })(event(machineId, 'stopped'), signal)).rejects.toThrow(
        'the queue is full',
      );
  });

  it('lets a launch wait for nobody: what waits for a machine to run looks at it by itself', async () => {
    const machineId = `i-${randomUUID()}`;
    await database.tables.write({ put: { ...machineKey(machineId), tenant: 't', id: 'x' } });
    const sent: Sent[] = [];
    const usersOf = async () => {
      throw new Error('nobody asked');
    };
    expect(await observing(sent, { usersOf })(event(machineId, 'running'), signal)).toBe('sent');
    expect(sent.map(({ kind }) => kind)).toEqual(['INSTANCE']);
  });

  it.each(['stopped', 'terminated'])(
    'asks for a look at what uses the instance of a %s machine, after the one at the instance',
    async (state) => {
      const machineId = `i-${randomUUID()}`;
      await database.tables.write({ put: { ...machineKey(machineId), tenant: 't', id: 'x' } });
      const sent: Sent[] = [];
      const usersOf = async (tenant: string, id: string) => [
        { kind: 'VOLUME', id: `${tenant}-${id}-disk` },
        { kind: 'LOAD_BALANCER', id: `${tenant}-${id}-lb` },
      ];
      expect(await observing(sent, { usersOf })(event(machineId, state), signal)).toBe('sent');
      expect(
        sent.map(({ kind, tenant, id, observed, delaySeconds }) => [
          kind,
          tenant,
          id,
          observed,
          delaySeconds,
        ]),
      ).toEqual([
        ['INSTANCE', 't', 'x', true, 0],
        ['VOLUME', 't', 't-x-disk', true, 2],
        ['LOAD_BALANCER', 't', 't-x-lb', true, 2],
      ]);
    },
  );
});

describe('the audit', () => {
  const audit = async () => {
    const sent: ReconcileMessage[] = [];
    const result = await createAudit({
      fleet: createEc2Fleet({ ec2: cloud.ec2, budget: unlimited, stage: 'test' }),
      tables: database.tables,
      queue: {
        send: async (messages) => {
          sent.push(...messages.map(({ message }) => message));
          return new Map();
        },
      },
    })({ kind: 'audit', eventId: 'event' }, signal);
    return { ...result, looks: sent.map(({ id }) => id) };
  };

  it('asks for a look at what changed although no event said so', async () => {
    const caller = newCaller();
    const still = await running(caller);
    const killed = await running(caller);
    cloud.controls.loseNextEvent(2);
    cloud.controls.kill(killed.container_id as string);
    const { looks, orphans } = await audit();
    expect(looks).toContain(killed.id);
    expect([looks.includes(still.id), orphans.includes(still.container_id as string)]).toEqual([
      false,
      false,
    ]);
    await eventually('it failed', async () => {
      await reconcile(caller, killed.id);
      return (await recordOf(caller, killed.id))?.status === 'ERROR';
    });
    expect((await audit()).looks).not.toContain(killed.id);
  });

  it('leaves alone what is under way', async () => {
    const caller = newCaller();
    const { id } = await running(caller);
    await platform.instances.stop(caller, id);
    expect((await audit()).looks).not.toContain(id);
  });

  it('names machines that no record claims', async () => {
    const caller = newCaller();
    const placement = await compute.place(
      {
        tenant: caller.principal.tenant,
        image: { kind: 'catalogue', name: 'al2023' },
        instanceType: 't3.micro',
        openPorts: [],
        zoneTurn: 0,
      },
      signal,
    );
    const lost = await compute.launch(
      {
        tenant: caller.principal.tenant,
        id: randomUUID(),
        name: 'lost',
        token: randomUUID(),
        instanceType: 't3.micro',
        placement,
      },
      signal,
    );
    if (lost.outcome !== 'launched') throw new Error(lost.reason);
    expect((await audit()).orphans).toContain(lost.machine.id);
  });
});

describe('a suspended tenant', () => {
  const later: TenantChange[] = [];
  const suspension = (store: ResourceStore<InstanceRecord> = platform.store) =>
    createSuspension({
      store,
      clock: systemClock,
      newId,
      sweepLater: async (change) => void later.push(change),
    });

  const parsed = (body: unknown): TenantChange => {
    const event = ObservedEvent.parse(body);
    if (event.kind !== 'tenant') throw new Error('not a tenant’s');
    return event;
  };

  /** An administrator does this to the tenant: what the table then holds, and the event that the observer is sent. */
  const said = async (caller: Caller, action: TenantAction): Promise<TenantChange> => {
    const { tenant } = caller.principal;
    const administrator = newCaller('administrator');
    const at = new Date().toISOString();
    const user = { id: tenant, version: 1, created_at: at } as UserRecord;
    const write = tenantEvent(user, action, administrator, newId(), at);
    await database.tables.write(write);
    if (!('put' in write)) throw new Error('not a put');
    const detail = { ...(write.put.event as LifecycleEvent), kind: 'TENANT', tenant, resource_id: tenant };
    return parsed({ source: 'thecloud', 'detail-type': 'Lifecycle', detail });
  };

  it('has all its instances stopped, in the administrator’s name, and a repeat changes nothing', async () => {
    const caller = newCaller();
    const one = await running(caller);
    const { id: starting } = await launch(caller);
    const { id: failed } = await launch(caller);
    await platform.become(caller, failed, { status: 'ERROR' });
    const suspended = await said(caller, 'suspend');
    expect(await suspension()(suspended, signal)).toEqual({ instances: 3 });
    const stopping = await recordOf(caller, one.id);
    expect(stopping).toMatchObject({
      desired_status: 'STOPPED',
      event: { action: 'stop', user: 'administrator' },
    });
    expect(await recordOf(caller, starting)).toMatchObject({ desired_status: 'STOPPED' });
    expect(await recordOf(caller, failed)).toMatchObject({ status: 'ERROR' });
    await suspension()(suspended, signal);
    expect(await recordOf(caller, one.id)).toEqual(stopping);
    expect(await settled(caller, one.id)).toMatchObject({ status: 'STOPPED' });
  });

  it.each(['suspend-leave', 'resume'] as const)('keeps its instances as they are on %s', async (action) => {
    const caller = newCaller();
    const { id } = await launch(caller);
    expect(await suspension()(await said(caller, action), signal)).toEqual({ instances: 0 });
    expect(await recordOf(caller, id)).toMatchObject({ desired_status: 'RUNNING' });
  });

  it.each(['suspend-leave', 'resume'] as const)(
    'keeps its instances when an old suspension is delivered again after %s',
    async (action) => {
      const caller = newCaller();
      const suspended = await said(caller, 'suspend');
      await suspension()(suspended, signal);
      await said(caller, action);
      const { id } = await launch(caller);
      expect(await suspension()(suspended, signal)).toMatchObject({ superseded: true });
      expect(await recordOf(caller, id)).toMatchObject({ desired_status: 'RUNNING', generation: 1 });
    },
  );

  it('keeps those that a suspension has not reached when the tenant is resumed', async () => {
    const caller = newCaller();
    for (let count = 0; count < 9; count++) await launch(caller);
    const suspended = await said(caller, 'suspend');
    let stops = 0;
    let resuming: Promise<unknown> | undefined;
    const resumedMeanwhile: ResourceStore<InstanceRecord> = {
      ...platform.store,
      change: async (...parts) => {
        if (++stops > 4) resuming ??= said(caller, 'resume');
        await resuming;
        return platform.store.change(...parts);
      },
    };
    expect(await suspension(resumedMeanwhile)(suspended, signal)).toEqual({ instances: 4, superseded: true });
    const { items } = await platform.store.list(caller.principal.tenant);
    expect(items.filter(({ desired_status }) => desired_status === 'RUNNING')).toHaveLength(5);
  });

  it('is looked at once more, and what was launched under a cached key meanwhile is stopped then', async () => {
    const caller = newCaller();
    later.length = 0;
    const suspended = await said(caller, 'suspend');
    expect(await suspension()(suspended, signal)).toEqual({ instances: 0 });
    expect(later).toEqual([suspended]);
    const { id } = await launch(caller);
    const last = parsed(JSON.parse(JSON.stringify(lastSweepOf(suspended))));
    expect(await suspension()(last, signal)).toEqual({ instances: 1 });
    expect(later).toHaveLength(1);
    expect(await recordOf(caller, id)).toMatchObject({
      desired_status: 'STOPPED',
      event: { action: 'stop', user: 'administrator' },
    });
  });

  it('is not swept where the second look can not be asked for, so that the message comes back', async () => {
    const caller = newCaller();
    const { id } = await launch(caller);
    const lost = createSuspension({
      store: platform.store,
      clock: systemClock,
      newId,
      sweepLater: () => Promise.reject(new Error('the queue is not there')),
    });
    await expect(lost(await said(caller, 'suspend'), signal)).rejects.toThrow('the queue is not there');
    expect(await recordOf(caller, id)).toMatchObject({ desired_status: 'RUNNING' });
  });
});
