import { composeAutomation } from '../lib/app/automation.ts';
import { composeNetwork } from '../lib/app/network.ts';
import { composeScalingWorker } from '../lib/app/reconcile-autoscaling.ts';
import { systemClock } from '../lib/platform/clock.ts';
import type { Caller } from '../lib/platform/http/caller.ts';
import { newId } from '../lib/platform/ids.ts';
import type { ReconcileMessage } from '../lib/platform/lifecycle/types.ts';
import { createStore } from '../lib/platform/store/create-store.ts';
import type { Tables } from '../lib/platform/table/types.ts';
import { scalingGroupKind } from '../lib/services/autoscaling/record.ts';
import { CreateScalingGroup } from '../lib/services/autoscaling/schema.ts';
import { instanceKind } from '../lib/services/instances/service.ts';
import { minuteOf, writeGroupSamples } from '../lib/services/metrics/service.ts';
import { CreateVpc } from '../lib/services/vpcs/schema.ts';
import { startTables } from '../test/support/tables.ts';
import { newCaller } from './units/figures.ts';

export interface GroupFigures {
  /** Groups whose measured minute changes nothing, evaluated in a second by one worker. */
  evaluatedPerSecond: number;
  /** Groups that launch two instances each, brought so far in a second by one worker. */
  launchedPerSecond: number;
  evaluated: number;
  launched: number;
}

const silent = { info: () => undefined, warn: () => undefined };
const batchSize = 10;
const membersEach = 5;

/** Groups are made within tenants of their own, each with its own VPC. */
export const makeGroup = async (tables: Tables, desired: number): Promise<{ caller: Caller; id: string }> => {
  const caller = newCaller();
  const parts = { tables, clock: systemClock, newId };
  const vpc = await composeNetwork(parts).services.vpcs.create(caller, CreateVpc.parse({ name: 'front' }));
  const input = {
    name: 'web',
    vpc_id: vpc.id,
    image: 'http-echo',
    ports: '0:80',
    min_instances: 1,
    max_instances: 20,
    desired_count: desired,
  };
  const { id } = await composeAutomation(parts).services.scalingGroups.create(
    caller,
    CreateScalingGroup.parse(input),
  );
  return { caller, id };
};

/** The group's instances run, and it rests with a policy that is content. */
export const makeRest = async (tables: Tables, { caller, id }: { caller: Caller; id: string }) => {
  const store = createStore(scalingGroupKind, { tables });
  const record = await store.get(caller.principal.tenant, id);
  const past = new Date(Date.now() - 600_000).toISOString();
  const ids = Array.from({ length: record.desired_count }, newId);
  const policy = { name: 'cpu', target_value: 50, scale_out_step: 1, scale_in_step: 1, cooldown_sec: 60 };
  await store.settle(record, {
    set: {
      observed_generation: record.generation,
      open_activities: [],
      members: Object.fromEntries(
        ids.map((one) => [one, { launched_at: past, in_service_at: past, image: record.image }]),
      ),
      policies: [{ ...policy, id: newId(), metric_type: 'cpu' }],
    },
  });
  return ids;
};

export const measuredMessage = async (
  tables: Tables,
  { caller, id }: { caller: Caller; id: string },
  members: readonly string[],
): Promise<ReconcileMessage> => {
  const { tenant } = caller.principal;
  const minute = minuteOf(Date.now() - 60_000);
  const samples = Object.fromEntries(members.map((one) => [one, { cpu: 45.67 }]));
  await writeGroupSamples(tables, [{ group: { tenant, group: id }, samples: { minute, samples } }]);
  const event_id = `metrics:${id}:${minute}`;
  return { kind: scalingGroupKind.kind, tenant, id, generation: 0, event_id, observed: true };
};

const inBatches = (messages: readonly ReconcileMessage[]): ReconcileMessage[][] =>
  Array.from({ length: Math.ceil(messages.length / batchSize) }, (_, index) =>
    messages.slice(index * batchSize, (index + 1) * batchSize),
  );

/** @returns messages in a second, one batch after the other as one worker takes them */
const rate = async (
  worker: ReturnType<typeof composeScalingWorker>,
  messages: readonly ReconcileMessage[],
  ending: string,
): Promise<number> => {
  const batches = inBatches(messages);
  const started = performance.now();
  for (const batch of batches) {
    const signal = AbortSignal.timeout(20_000);
    const results = await worker.handle(batch, { signal, deadline: Date.now() + 17_000 });
    for (const result of results)
      if (!('ending' in result) || result.ending !== ending)
        throw new Error(`a group ended otherwise than ${ending}: ${JSON.stringify(result)}`);
  }
  return (messages.length / (performance.now() - started)) * 1_000;
};

/** One worker on the table server of a laptop. Needs the functions' environment. */
export const measureGroups = async (evaluated = 500, launched = 200): Promise<GroupFigures> => {
  const { tables, stop } = await startTables();
  try {
    const worker = composeScalingWorker({ tables, clock: systemClock, newId, log: silent });
    const resting: ReconcileMessage[] = [];
    for (let made = 0; made < evaluated; made++) {
      const group = await makeGroup(tables, membersEach);
      resting.push(await measuredMessage(tables, group, await makeRest(tables, group)));
    }
    await rate(worker, resting.slice(0, 100), 'evaluated');
    const evaluatedPerSecond = await rate(worker, resting, 'evaluated');
    const fresh: ReconcileMessage[] = [];
    for (let made = 0; made < launched; made++) {
      const { caller, id } = await makeGroup(tables, 2);
      const { tenant } = caller.principal;
      fresh.push({ kind: scalingGroupKind.kind, tenant, id, generation: 1, event_id: `${id}:1` });
    }
    const launchedPerSecond = await rate(worker, fresh, 'waiting');
    const [first] = fresh;
    const instances = await createStore(instanceKind, { tables }).list(first?.tenant ?? '');
    if (instances.items.length !== 2) throw new Error('a group has not launched its two instances');
    return { evaluatedPerSecond, launchedPerSecond, evaluated, launched };
  } finally {
    await stop();
  }
};
