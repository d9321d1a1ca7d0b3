import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { createReconciler } from '../../../../lib/platform/lifecycle/reconciler.ts';
import type { ResourceStore } from '../../../../lib/platform/store/types.ts';
import type { LoadBalancing } from '../../../../lib/services/load-balancers/backend.ts';
import { createLoadBalancerController } from '../../../../lib/services/load-balancers/controller.ts';
import type { LoadBalancerRecord } from '../../../../lib/services/load-balancers/record.ts';
import { createTargetInstances } from '../../../../lib/services/load-balancers/target-instances.ts';
import { createCloudNetworks } from '../../../../lib/services/load-balancers/vpc-networks.ts';
import { createQuotas } from '../../../../lib/services/quotas/service.ts';
import type { VpcRecord } from '../../../../lib/services/vpcs/service.ts';
import { freePort } from '../../../../local/engine/free-port.ts';
import { launchEcho, makeNetwork, type Network } from '../../../conformance/balancing/cloud.ts';
import { type StandInCloud, startStandIn } from '../../../conformance/balancing/stand-in-cloud.ts';
import { balancingOn } from '../../../conformance/balancing/suite.ts';
import { eventually } from '../../../support/eventually.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { newCaller } from '../instances/harness.ts';
import { balancerInput, defaultLimits, openBalancers } from './harness.ts';

let database: TestTables;
let cloud: StandInCloud;
let network: Network;
let platform: ReturnType<typeof openBalancers>;
let reconcile: ReturnType<typeof worker>;

const signal = new AbortController().signal;
const silent = { info: () => undefined, warn: () => undefined };

/** Ahead of the machine's own time, so that what takes a minute takes none. */
let ahead = 0;
const clock = { now: () => Date.now() + ahead };

/** A reconcile worker, with its own view of backend and store where a test disturbs them. */
const worker = (changed: { balancing?: LoadBalancing; store?: ResourceStore<LoadBalancerRecord> } = {}) => {
  const reconciler = createReconciler({
    kinds: [
      {
        controller: createLoadBalancerController({
          balancing: changed.balancing ?? balancingOn(cloud),
          networks: createCloudNetworks(platform.vpcs),
          instances: createTargetInstances(database.tables),
          capacity: platform.capacity,
        }),
        store: changed.store ?? platform.store,
      },
    ],
    tables: database.tables,
    clock,
    log: silent,
  });
  /** Looks at one balancer once, whatever time it is. */
  return (caller: Caller, id: string) => {
    const { tenant } = caller.principal;
    const message = { tenant, id, generation: 0, event_id: randomUUID(), observed: true };
    return reconciler.handle([{ kind: 'LOAD_BALANCER', ...message }], {
      signal,
      deadline: clock.now() + 20_000,
    });
  };
};

beforeAll(async () => {
  [database, cloud] = await Promise.all([startTables(), startStandIn()]);
  network = await makeNetwork(cloud);
  platform = openBalancers(database.tables, defaultLimits, clock);
  reconcile = worker();
});
afterEach(() => {
  ahead = 0;
  cloud.balancers.faults.clear();
  cloud.machines.faults.clear();
});
afterAll(() => Promise.all([database?.stop(), cloud?.stop()]));

const recordOf = (caller: Caller, id: string) =>
  platform.store.find(caller.principal.tenant, id, { tombstones: true });

const get = async (caller: Caller, id: string): Promise<LoadBalancerRecord> =>
  platform.store.get(caller.principal.tenant, id);

const healthOf = async (caller: Caller, id: string): Promise<string[]> =>
  (await platform.balancers.targets(caller, id)).map(({ health }) => health);

/** Looks again and again until it is so. */
const until = <T>(
  caller: Caller,
  id: string,
  what: string,
  so: () => Promise<T | false | undefined>,
  look = reconcile,
): Promise<T> =>
  eventually(
    what,
    async () => {
      await look(caller, id);
      return so();
    },
    25_000,
  );

const converged = (caller: Caller, id: string, look = reconcile) =>
  until(
    caller,
    id,
    `${id} has converged`,
    async () => {
      const record = await recordOf(caller, id);
      return record && record.observed_generation === record.generation && record;
    },
    look,
  );

const gone = (caller: Caller, id: string, look = reconcile) =>
  until(caller, id, `${id} is gone`, async () => !(await recordOf(caller, id)), look);

/** A VPC that is there, with subnets for balancers. */
const readyVpc = (caller: Caller, change: Partial<VpcRecord> = {}) =>
  platform.makeVpc(caller, {
    cidr_block: network.cidrBlock,
    provider_id: network.vpcId,
    balancer_network_wanted: true,
    balancer_subnets: network.subnetIds.map((id, index) => ({ id, zone: `us-east-1${'ab'[index]}` })),
    ...change,
  });

const scene = async (change: Record<string, unknown> = {}) => {
  const caller = newCaller();
  const vpc = await readyVpc(caller);
  const { id } = await platform.balancers.create(
    caller,
    balancerInput(vpc.id, { port: await freePort(), ...change }),
  );
  const echo = async (name: string, weight = 1) => {
    const container_id = await launchEcho(cloud, network, name);
    const instance = await platform.makeInstance(caller, vpc.id, { name, container_id });
    await platform.balancers.addTarget(caller, id, { instance_id: instance.id, port: 80, weight });
    return { ...instance, container_id };
  };
  return { caller, vpc, id, echo };
};

/** What the cloud has of a tenant, of any kind. */
const leftOf = ({ principal: { tenant } }: Caller, id: string) => ({
  balancers: cloud.balancers.inspect().filter(({ tags }) => tags['thecloud:tenant'] === tenant).length,
  securityGroups: cloud.machines.inspectResources().filter(({ tags }) => tags['thecloud:resource'] === id)
    .length,
});
const nothing = { balancers: 0, securityGroups: 0 };

const balancersOf = ({ principal: { tenant } }: Caller) =>
  cloud.balancers.inspect().filter(({ tags }) => tags['thecloud:tenant'] === tenant);

const ask = async (record: LoadBalancerRecord) => {
  const answer = await fetch(`http://${record.dns_name}/`);
  const { name } = (await answer.json().catch(() => ({}))) as { name?: string };
  return { status: answer.status, name };
};

/** Who answers how often. */
const spread = async (record: LoadBalancerRecord, requests: number): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (let n = 0; n < requests; n++) {
    const { name, status } = await ask(record);
    const key = name ?? String(status);
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
};

const useOf = async ({ principal }: Caller): Promise<number | undefined> => {
  const quotas = createQuotas({ tables: database.tables, limits: defaultLimits });
  return (await quotas.list(principal.tenant))[0]?.used;
};

describe('a load balancer on ELBv2', () => {
  it('comes up without targets and answers 503, is not looked at again, and ends without a trace', async () => {
    const { caller, id } = await scene();
    const record = await converged(caller, id);
    expect(record).toMatchObject({
      status: 'ACTIVE',
      provider_id: expect.stringMatching(/^arn:/),
      dns_name: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      event: { action: 'create', phase: 'succeeded' },
    });
    expect(record).not.toHaveProperty('next_attempt_at');
    expect(record).not.toHaveProperty('desired_status');
    expect(await ask(record)).toMatchObject({ status: 503 });

    await platform.balancers.delete(caller, id);
    await gone(caller, id);
    expect([leftOf(caller, id), await useOf(caller)]).toEqual([nothing, 0]);
  });

  it('waits for its VPC’s balancer subnets, and says so', async () => {
    const caller = newCaller();
    const vpc = await platform.makeVpc(caller, { provider_id: network.vpcId });
    const { id } = await platform.balancers.create(caller, balancerInput(vpc.id));
    await reconcile(caller, id);
    expect(await get(caller, id)).toMatchObject({
      status: 'CREATING',
      status_reason: 'waiting for the balancer subnets of the VPC',
    });
    await platform.balancers.delete(caller, id);
    await gone(caller, id);
  });

  it('in a VPC that failed fails with its reason', async () => {
    const caller = newCaller();
    const vpc = await platform.makeVpc(caller, { status: 'ERROR', status_reason: 'no more VPCs' });
    const { id } = await platform.balancers.create(caller, balancerInput(vpc.id));
    await converged(caller, id);
    expect(await get(caller, id)).toMatchObject({
      status: 'ERROR',
      status_reason: expect.stringContaining('no more VPCs'),
    });
  });

  it('spreads requests by weight over healthy targets', { timeout: 60_000 }, async () => {
    const { caller, id, echo } = await scene();
    await echo('light-a');
    await echo('light-b');
    await echo('heavy', 4);
    await until(
      caller,
      id,
      'all are healthy',
      async () => (await healthOf(caller, id)).every((one) => one === 'healthy') && true,
    );
    await converged(caller, id);
    expect(await spread(await get(caller, id), 60)).toEqual({ 'light-a': 10, 'light-b': 10, heavy: 40 });
    expect(Date.parse((await get(caller, id)).next_attempt_at as string) - clock.now()).toBeGreaterThan(
      10_000,
    );
  });

  it('keeps a target that moves to another weight serving all the time', { timeout: 60_000 }, async () => {
    const { caller, id, echo } = await scene({ draining_seconds: 1 });
    const { id: instance } = await echo('mover');
    const healthy = async () => (await healthOf(caller, id))[0] === 'healthy';
    await until(caller, id, 'it is healthy', healthy);
    const record = await converged(caller, id);
    await platform.balancers.updateTarget(caller, id, instance, { weight: 7 });
    await until(caller, id, 'it has moved', async () => {
      expect(await ask(record)).toEqual({ status: 200, name: 'mover' });
      const { groups } = await get(caller, id);
      return groups?.length === 1 && groups[0]?.weight === 7;
    });
    expect(await ask(record)).toEqual({ status: 200, name: 'mover' });
  });

  it('takes an instance in once it runs, and forgets one that was deleted', { timeout: 60_000 }, async () => {
    const { caller, vpc, id } = await scene({ draining_seconds: 0 });
    const starting = await platform.makeInstance(caller, vpc.id, { status: 'STARTING' });
    await platform.balancers.addTarget(caller, id, { instance_id: starting.id, port: 80, weight: 1 });
    expect((await converged(caller, id)).targets[starting.id]?.health).toBe('unknown');

    const container_id = await launchEcho(cloud, network, 'late');
    await platform.instances.settle(starting, { set: { status: 'RUNNING', container_id } });
    await until(caller, id, 'it is healthy', async () => (await healthOf(caller, id))[0] === 'healthy');
    expect(await ask(await get(caller, id))).toEqual({ status: 200, name: 'late' });

    await platform.instances.removeAlong(caller.principal.tenant, starting.id, {});
    const record = await until(caller, id, 'it is out', async () => {
      const now = await get(caller, id);
      return Object.keys(now.targets).length === 0 && !now.next_attempt_at && now;
    });
    expect(await ask(record)).toMatchObject({ status: 503 });
    expect(balancersOf(caller)[0]?.listeners[0]?.targetGroups.map(({ targets }) => targets)).toEqual([[]]);
  });

  it('sees a target whose machine dies as unhealthy, and sends it nothing', { timeout: 60_000 }, async () => {
    const { caller, id, echo } = await scene();
    const dying = await echo('dying');
    await echo('living');
    await until(caller, id, 'both are healthy', async () => {
      return (await healthOf(caller, id)).every((one) => one === 'healthy');
    });
    cloud.machines.kill(dying.container_id);
    await platform.instances.settle(dying, { set: { status: 'ERROR' } });
    await until(caller, id, 'it is seen', async () => (await healthOf(caller, id))[0] === 'unhealthy');
    expect(await spread(await get(caller, id), 10)).toEqual({ living: 10 });
    expect((await get(caller, id)).status).toBe('ACTIVE');
  });

  it('takes changed settings to all its target groups', async () => {
    const { caller, id, echo } = await scene();
    await echo('a');
    await echo('b', 2);
    await converged(caller, id);
    await platform.balancers.update(caller, id, {
      algorithm: 'least-conn',
      draining_seconds: 5,
      health_check: { path: '/status/204' },
    });
    const { groups = [] } = await converged(caller, id);
    expect(groups.map(({ weight, settings }) => [weight, settings])).toEqual(
      expect.arrayContaining([
        [1, 'least-conn 5 5 2 2 2 /status/204'],
        [2, 'least-conn 5 5 2 2 2 /status/204'],
      ]),
    );
  });
});

describe('something goes wrong', () => {
  /** Every call of the adapter's, on the way up and down. */
  const elbActions = [
    'CreateLoadBalancer',
    'DescribeLoadBalancers',
    'CreateTargetGroup',
    'ModifyTargetGroup',
    'ModifyTargetGroupAttributes',
    'CreateListener',
    'ModifyListener',
    'DescribeListeners',
    'RegisterTargets',
    'DeregisterTargets',
    'DescribeTargetHealth',
    'DescribeTargetGroups',
    'DeleteTargetGroup',
    'DeleteLoadBalancer',
  ];
  const ec2Actions = [
    'CreateSecurityGroup',
    'AuthorizeSecurityGroupIngress',
    'DescribeSecurityGroups',
    'DeleteSecurityGroup',
  ];

  it.each(['throttle', 'before', 'after'] as const)(
    'every call meets a fault (%s) once: all comes about, and nothing is left',
    { timeout: 90_000 },
    async (kind) => {
      const { caller, id, echo } = await scene({ draining_seconds: 0 });
      const { id: instance } = await echo('a');
      /** Tries of one call: the first, and the SDK's two repeats. */
      const times = 3;
      for (const action of elbActions) cloud.balancers.faults.add({ action, kind, times });
      for (const action of ec2Actions) cloud.machines.faults.add({ action, kind, times });
      await until(caller, id, 'it is healthy', async () => (await healthOf(caller, id))[0] === 'healthy');
      await platform.balancers.updateTarget(caller, id, instance, { weight: 3 });
      await until(caller, id, 'one group is left', async () => {
        const { groups } = await get(caller, id);
        return groups?.length === 1 && groups[0]?.weight === 3;
      });
      expect(await converged(caller, id)).toMatchObject({ status: 'ACTIVE', failures: 0 });
      expect(balancersOf(caller)).toHaveLength(1);
      await platform.balancers.delete(caller, id);
      ahead = 61_000;
      await gone(caller, id);
      expect(leftOf(caller, id)).toEqual(nothing);
    },
  );

  it('the worker dies after each call: all comes about once, and nothing is left', {
    timeout: 90_000,
  }, async () => {
    const { caller, id, echo } = await scene({ draining_seconds: 0 });
    await echo('a');
    let dies = false;
    /** Every other write after a call is lost. */
    const dying: ResourceStore<LoadBalancerRecord> = {
      ...platform.store,
      settle: async (record, change, ...rest) => {
        const isOutcome = change.remove?.includes('create_asked_at') || change.set?.groups !== undefined;
        dies = isOutcome ? !dies : dies;
        if (isOutcome && dies) throw new Error('the worker died');
        return platform.store.settle(record, change, ...rest);
      },
    };
    const look = worker({ store: dying });
    await until(caller, id, 'healthy', async () => (await healthOf(caller, id))[0] === 'healthy', look);
    expect(balancersOf(caller)).toHaveLength(1);
    await platform.balancers.delete(caller, id);
    ahead = 61_000;
    await gone(caller, id, look);
    expect(leftOf(caller, id)).toEqual(nothing);
  });

  it.each(['CreateLoadBalancer', 'CreateTargetGroup', 'CreateSecurityGroup'])(
    'the answer to %s is lost and the user deletes: nothing is left',
    async (action) => {
      const { caller, id } = await scene();
      const faults = action === 'CreateSecurityGroup' ? cloud.machines.faults : cloud.balancers.faults;
      faults.add({ action, kind: 'after', times: 3 });
      await reconcile(caller, id);
      await platform.balancers.delete(caller, id);
      await reconcile(caller, id);
      expect(await recordOf(caller, id), 'it waits for what may yet appear').toBeDefined();
      ahead = 61_000;
      await gone(caller, id);
      expect([leftOf(caller, id), await useOf(caller)]).toEqual([nothing, 0]);
    },
  );

  it.each(['createBalancer', 'createGroup', 'ensureSecurityGroup', 'createListener'] as const)(
    'the user deletes in the middle of %s: nothing is left',
    async (step) => {
      const { caller, id } = await scene();
      const balancing = balancingOn(cloud);
      const act = balancing[step] as (...args: unknown[]) => Promise<never>;
      const disturbed: LoadBalancing = {
        ...balancing,
        [step]: async (...args: unknown[]) => {
          const result = await act(...args);
          await platform.balancers.delete(caller, id);
          return result;
        },
      };
      await worker({ balancing: disturbed })(caller, id);
      expect((await recordOf(caller, id))?.deleted_at).toBeDefined();
      ahead = 61_000;
      await gone(caller, id);
      expect([leftOf(caller, id), await useOf(caller)]).toEqual([nothing, 0]);
    },
  );

  it('the account’s limit is reached: it fails at once and names the limit', async () => {
    const { caller, id } = await scene();
    cloud.balancers.setAccountLimits({ balancers: 0 });
    try {
      expect(await converged(caller, id)).toMatchObject({
        status: 'ERROR',
        failures: 1,
        status_reason: expect.stringContaining('TooManyLoadBalancers'),
        event: { action: 'create', phase: 'failed' },
      });
    } finally {
      cloud.balancers.setAccountLimits({ balancers: 2_000 });
    }
    await platform.balancers.update(caller, id, { name: 'again' });
    expect(await converged(caller, id)).toMatchObject({ status: 'ACTIVE' });
  });

  it('the balancer is deleted behind our back: it is in ERROR, and can be deleted', async () => {
    const { caller, id } = await scene();
    const { provider_id } = await converged(caller, id);
    await balancingOn(cloud).deleteBalancer(provider_id as string, signal);
    ahead = 61_000;
    await until(caller, id, 'it failed', async () => (await get(caller, id)).status === 'ERROR');
    expect((await get(caller, id)).status_reason).toContain('outside of the platform');
    await platform.balancers.delete(caller, id);
    await gone(caller, id);
    expect(leftOf(caller, id)).toEqual(nothing);
  });

  it('ELBv2 does not answer for a while: an active balancer stays active', async () => {
    const { caller, id, echo } = await scene();
    await echo('a');
    await converged(caller, id);
    cloud.balancers.faults.add({ action: 'DescribeLoadBalancers', kind: 'before' });
    for (let look = 0; look < 8; look++) await reconcile(caller, id);
    expect(await get(caller, id)).toMatchObject({ status: 'ACTIVE', failures: 0 });
  });

  it('three workers look at ten balancers at once: each is made once', { timeout: 60_000 }, async () => {
    const caller = newCaller();
    const vpc = await readyVpc(caller);
    const many = openBalancers(database.tables, { load_balancers: 10 }, clock);
    const ids = await Promise.all(
      Array.from(
        { length: 10 },
        async () =>
          (await many.balancers.create(caller, balancerInput(vpc.id, { port: await freePort() }))).id,
      ),
    );
    const workers = [worker(), worker(), worker()];
    await Promise.all(ids.flatMap((id) => workers.map((look) => look(caller, id))));
    await Promise.all(ids.map((id) => converged(caller, id)));
    expect(
      balancersOf(caller)
        .map(({ tags }) => tags['thecloud:resource'])
        .sort(),
    ).toEqual(ids.sort());
  });
});
