import { randomUUID } from 'node:crypto';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { newId } from '../../../../lib/platform/ids.ts';
import { createReconciler } from '../../../../lib/platform/lifecycle/reconciler.ts';
import { createStore } from '../../../../lib/platform/store/create-store.ts';
import type { Limits } from '../../../../lib/platform/store/types.ts';
import type { Tables } from '../../../../lib/platform/table/types.ts';
import type { Activity } from '../../../../lib/services/autoscaling/activity-schema.ts';
import { createScalingGroupController } from '../../../../lib/services/autoscaling/controller.ts';
import { createEvaluator } from '../../../../lib/services/autoscaling/evaluator.ts';
import type { ScalingGroupRecord } from '../../../../lib/services/autoscaling/record.ts';
import { CreatePolicy } from '../../../../lib/services/autoscaling/rule-schema.ts';
import { CreateScalingGroup } from '../../../../lib/services/autoscaling/schema.ts';
import {
  GroupMembers,
  ScalingGroups,
  ScalingRules,
  scalingGroupKind,
} from '../../../../lib/services/autoscaling/service.ts';
import { createSurroundings } from '../../../../lib/services/autoscaling/surroundings.ts';
import type { InstanceRecord } from '../../../../lib/services/instances/service.ts';
import { CreateLoadBalancer } from '../../../../lib/services/load-balancers/schema.ts';
import {
  type LoadBalancerRecord,
  LoadBalancers,
  loadBalancerKind,
} from '../../../../lib/services/load-balancers/service.ts';
import { createBalancerNetworks } from '../../../../lib/services/load-balancers/vpc-networks.ts';
import { minuteOf, writeGroupSamples } from '../../../../lib/services/metrics/service.ts';
import { CreateVpc } from '../../../../lib/services/vpcs/schema.ts';
import { networkLimits, openNetworks } from '../../../support/network.ts';

export const defaultLimits: Limits = { ...networkLimits, load_balancers: 5, scaling_groups: 10 };

const silent = { info: () => undefined, warn: () => undefined };

export const unpaged = { paged: false, pageSize: 20, sortBy: 'createdAt', sortDir: 'desc' } as const;

/** Scaling groups over real tables, at a time of the test's own, with hands to play their surroundings. */
export const openGroups = (tables: Tables, limits: Limits = defaultLimits) => {
  const clock = { time: Date.now(), now: () => clock.time };
  const networks = openNetworks(tables, { clock, limits });
  const stored = { tables, clock, limits };
  const parts = { tables, clock, newId };
  const store = createStore(scalingGroupKind, stored);
  const balancers = createStore(loadBalancerKind, stored);
  const { instances, vpcs } = networks.stores;
  const services = {
    groups: new ScalingGroups({
      ...parts,
      store,
      balancers,
      bulk: networks.bulk,
      networks: networks.networks,
    }),
    members: new GroupMembers({ ...parts, store, balancers }),
    rules: new ScalingRules({ ...parts, store }),
    balancers: new LoadBalancers({
      ...parts,
      store: balancers,
      networks: createBalancerNetworks(vpcs),
      capacity: networks.capacity,
      instances,
    }),
  };

  /** A worker, as it is composed; `over` is what dies, or is counted. */
  const startWorker = (over: Tables = tables) => {
    const own = openNetworks(over, { clock, limits });
    const inStore = createStore(scalingGroupKind, { ...stored, tables: over });
    const controller = createScalingGroupController({
      store: inStore,
      balancers,
      bulk: own.bulk,
      surroundings: createSurroundings({ tables: over, balancers, clock }),
      newId,
    });
    const reconciler = createReconciler({
      kinds: [{ controller, store: inStore }],
      tables: over,
      clock,
      log: silent,
      sleep: async () => undefined,
      readsTogether: true,
    });
    return createEvaluator({ tables: over, clock, reconciler, count: async () => undefined });
  };
  const handle = startWorker();
  const budget = () => ({ signal: new AbortController().signal, deadline: clock.now() + 20_000 });

  const find = (caller: Caller, id: string) =>
    store.find(caller.principal.tenant, id, { tombstones: true }) as Promise<ScalingGroupRecord | undefined>;
  const get = async (caller: Caller, id: string): Promise<ScalingGroupRecord> => {
    const record = await find(caller, id);
    if (!record) throw new Error('the group is gone');
    return record;
  };

  /** All of them in one batch. */
  const lookTogether = async (groups: readonly { caller: Caller; id: string }[], handler = handle) => {
    const messages = groups.map(({ caller, id }) => ({
      kind: 'SCALING_GROUP',
      tenant: caller.principal.tenant,
      id,
      generation: 0,
      event_id: randomUUID(),
      observed: true,
    }));
    return (await handler(messages, budget())).map((result) => {
      if ('error' in result) throw result.error;
      return result.ending;
    });
  };
  const look = async (caller: Caller, id: string, handler = handle) =>
    (await lookTogether([{ caller, id }], handler))[0];

  const instancesOf = async (caller: Caller, id: string): Promise<InstanceRecord[]> => {
    const { members } = await get(caller, id);
    const found = await Promise.all(
      Object.keys(members).map((one) => instances.find(caller.principal.tenant, one, { tombstones: true })),
    );
    return found.filter((one) => one !== undefined);
  };

  /** What an instance's own controller would make of it. */
  const become = (instance: InstanceRecord, change: Partial<InstanceRecord>) => {
    const remove = ['desired_status' as const];
    return instances.settle(instance, {
      set: { observed_generation: instance.generation, container_id: `i-${instance.id}`, ...change },
      remove,
    });
  };

  /** Every instance of the group that starts is running now. */
  const start = async (caller: Caller, id: string): Promise<void> => {
    for (const instance of await instancesOf(caller, id))
      if (instance.status === 'STARTING' && !instance.deleted_at)
        await become(instance, { status: 'RUNNING' });
  };

  /** Looks, and lets what was launched start, until the group is as it shall be. */
  const settle = async (caller: Caller, id: string): Promise<ScalingGroupRecord | undefined> => {
    for (let looks = 0; looks < 20; looks++) {
      await look(caller, id);
      const record = await find(caller, id);
      if (!record) return undefined;
      const done = record.observed_generation >= record.generation && record.open_activities.length === 0;
      if (done && !record.deleted_at) return record;
      await start(caller, id);
      clock.time += 2_000;
    }
    throw new Error(`the group does not settle: ${JSON.stringify(await find(caller, id))}`);
  };

  const makeVpc = (caller: Caller) => networks.vpcs.create(caller, CreateVpc.parse({ name: randomUUID() }));

  const create = async (caller: Caller, change: Record<string, unknown> = {}) => {
    const vpc_id = change.vpc_id ?? (await makeVpc(caller)).id;
    const input = {
      name: 'web',
      image: 'nginx',
      ports: '8080:80',
      min_instances: 1,
      max_instances: 6,
      desired_count: 2,
      ...change,
      vpc_id,
    };
    return services.groups.create(caller, CreateScalingGroup.parse(input));
  };

  const policy = (caller: Caller, id: string, change: Record<string, unknown> = {}) =>
    services.rules.createPolicy(
      caller,
      id,
      CreatePolicy.parse({
        name: 'cpu',
        metric_type: 'cpu',
        target_value: 50,
        scale_out_step: 1,
        scale_in_step: 1,
        cooldown_sec: 60,
        ...change,
      }),
    );

  /** The minute that is over now, measured: `cpu` of every member in service. @returns how the look ended */
  const measure = async (
    caller: Caller,
    id: string,
    cpu: number,
    { only, handler = handle }: { only?: (instanceId: string) => boolean; handler?: typeof handle } = {},
  ) => {
    clock.time += 120_000;
    const record = await get(caller, id);
    const minute = minuteOf(clock.now() - 60_000);
    const samples = Object.fromEntries(
      Object.keys(record.members)
        .filter((one) => only?.(one) ?? true)
        .map((one) => [one, { cpu }]),
    );
    const group = { tenant: caller.principal.tenant, group: id };
    await writeGroupSamples(tables, [{ group, samples: { minute, samples } }]);
    const message = {
      kind: 'SCALING_GROUP',
      tenant: caller.principal.tenant,
      id,
      generation: 0,
      event_id: `metrics:${id}:${minute}`,
      observed: true,
    };
    const [result] = await handler([message], budget());
    if (result && 'error' in result) throw result.error;
    return result?.ending;
  };

  /** A balancer, as its own controller would have made it. */
  const makeBalancer = async (caller: Caller, vpcId: string): Promise<LoadBalancerRecord> => {
    const { id } = await services.balancers.create(
      caller,
      CreateLoadBalancer.parse({ name: 'web', vpc_id: vpcId, port: 80 }),
    );
    const record = await balancer(caller, id);
    await balancers.settle(record, {
      set: { status: 'ACTIVE', observed_generation: record.generation },
      remove: ['desired_status'],
    });
    return balancer(caller, id);
  };
  const balancer = (caller: Caller, id: string) => balancers.get(caller.principal.tenant, id);

  /** Elastic Load Balancing was told of all targets, and finds them so. */
  const balanced = async (
    caller: Caller,
    id: string,
    health: (instanceId: string) => 'healthy' | 'unhealthy' = () => 'healthy',
  ): Promise<LoadBalancerRecord> => {
    const record = await balancer(caller, id);
    const targets = Object.fromEntries(
      Object.entries(record.targets).map(([one, target]) => [one, { ...target, health: health(one) }]),
    );
    await balancers.settle(record, { set: { targets, observed_generation: record.generation } });
    return balancer(caller, id);
  };

  const activities = async (caller: Caller, id: string): Promise<Activity[]> =>
    (await services.groups.activities(caller, id, unpaged)).items;

  return {
    instances,
    ...services,
    networks,
    store,
    clock,
    startWorker,
    look,
    lookTogether,
    find,
    get,
    instancesOf,
    become,
    start,
    settle,
    makeVpc,
    create,
    policy,
    measure,
    makeBalancer,
    balancerOf: balancer,
    balanced,
    activities,
  };
};
export type Groups = ReturnType<typeof openGroups>;
