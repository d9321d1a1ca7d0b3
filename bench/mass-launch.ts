import { parseContext } from '../infra/context.ts';
import { instanceKinds } from '../lib/app/instance-kinds.ts';
import { createCallBudget } from '../lib/platform/aws/call-budget.ts';
import { newId } from '../lib/platform/ids.ts';
import { createOutbox } from '../lib/platform/lifecycle/outbox.ts';
import type { OutgoingMessage, ReconcileQueue } from '../lib/platform/lifecycle/ports.ts';
import { createReconciler } from '../lib/platform/lifecycle/reconciler.ts';
import type { ReconcileMessage } from '../lib/platform/lifecycle/types.ts';
import { createStore } from '../lib/platform/store/create-store.ts';
import { listAll } from '../lib/platform/store/list-all.ts';
import {
  noCloudNetworks,
  noCloudVolumes,
  noNetworks,
  noVolumes,
} from '../lib/services/instances/attachments.ts';
import { createEc2Compute } from '../lib/services/instances/backend.ec2.ts';
import { BulkInstances, maxTerminations } from '../lib/services/instances/bulk.ts';
import { LaunchTemplate } from '../lib/services/instances/launch-template.ts';
import { ObservedEvent } from '../lib/services/instances/observed-event.ts';
import { createObserver } from '../lib/services/instances/observer.ts';
import { instanceKind } from '../lib/services/instances/record.ts';
import { VirtualTimers } from '../local/clock.ts';
import { startStandIn } from '../test/conformance/compute/stand-in-cloud.ts';
import { TableStream } from '../test/support/table-stream.ts';
import type { TestTables } from '../test/support/tables.ts';
import { newCaller } from './units/figures.ts';

export interface MassPhase {
  what: string;
  /** On the platform's clock, from the first change of what is wanted until all of it has come about. */
  seconds: number;
  /** Requests to EC2 by action. */
  calls: Record<string, number>;
  /** Those that EC2 answered with `RequestLimitExceeded`. */
  throttled: number;
}

export interface MassFigures {
  instances: number;
  /** Machines that live at the end, and those of them that are one running instance's. */
  machines: number;
  owned: number;
  phases: MassPhase[];
}

export interface MassOptions {
  instances: number;
  /** Instances of one scaling group, which replaces its own together. */
  perGroup: number;
}

/** As the queue's event source has it. */
const batchSize = 10;
const concurrency = 10;
/** What a machine takes from `pending` to `running`, about as on AWS. */
const bootMilliseconds = 15_000;
/** One round of the workers. */
const roundMilliseconds = 100;
/** Where nobody has anything to do. */
const idleMilliseconds = 1_000;
const maxRounds = 20_000;

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Many instances launched at once, then all terminated behind the platform's back and replaced, with EC2's own request
 * budgets on both sides. All code is the platform's and the strict stand-in's but the queue, the worker pool and what
 * replaces the lost; time is virtual.
 */
export const measureMass = async (
  { tables, url, client, names }: TestTables,
  { instances: wanted, perGroup }: MassOptions,
): Promise<MassFigures> => {
  const clock = new VirtualTimers(Date.now());
  const cloud = await startStandIn('default', { bootMilliseconds }, { timers: clock, prefix: 18 });
  cloud.controls.setAccountLimits({ vcpus: 1_000_000 });
  const limits = { instances: 100_000, vcpus: 1_000_000 };
  const store = createStore(instanceKind, { tables, clock, limits });
  const caller = newCaller();
  const { tenant } = caller.principal;
  const bulk = new BulkInstances({
    ...{ store, tables, clock, newId },
    networks: noNetworks,
    volumes: noVolumes,
    zones: { homeOf: () => 'us-east-1a' },
    amiAllowList: [],
  });

  let queue: { message: ReconcileMessage; due: number }[] = [];
  const sender: ReconcileQueue = {
    send: async (messages: readonly OutgoingMessage[]) => {
      for (const { message, delaySeconds } of messages)
        queue.push({ message, due: clock.now() + delaySeconds * 1_000 });
      return new Map();
    },
  };
  const queues = { INSTANCE: sender, LAUNCH_BATCH: sender };
  const outbox = createOutbox({
    queues,
    bus: { publish: async () => new Map() },
    clock,
    log: silent,
  });
  const stream = await TableStream.open(url, client, names.record);
  const observe = createObserver({
    tables,
    queues,
    usersOf: async () => [],
    sleep: async () => undefined,
  });

  const workers = Array.from({ length: concurrency }, () => {
    const { ec2, ssm, vpcId, subnets } = cloud;
    const budgets = parseContext({ stage: 'bench' }).callBudgets;
    const budget = createCallBudget({ tables, clock, budgets, share: { name: 'control', part: 0.8 } });
    const compute = createEc2Compute({
      ...{ ec2, ssm, vpcId, subnets, budget, clock },
      stage: 'bench',
      homeZone: 'us-east-1a',
    });
    return createReconciler({
      kinds: instanceKinds({ tables, clock, compute, networks: noCloudNetworks, volumes: noCloudVolumes }),
      tables,
      clock,
      log: silent,
      sleep: async () => undefined,
      readsTogether: true,
    });
  });

  const pump = async (): Promise<void> => {
    for (;;) {
      const records = await stream.read();
      if (records.length === 0) return;
      await outbox(records);
    }
  };

  const hear = async (): Promise<void> => {
    for (const event of cloud.events.splice(0)) {
      const { source, detailType, detail } = event as { source: string; detailType: string; detail: unknown };
      if (detailType !== 'EC2 Instance State-change Notification') continue;
      const parsed = ObservedEvent.parse({ id: newId(), source, 'detail-type': detailType, detail });
      if (parsed.kind === 'machine') await observe(parsed, caller.signal);
    }
  };

  /** Hands out what is due, ten messages to a worker; what fails comes back. */
  const round = async (): Promise<void> => {
    const due = queue.filter((one) => one.due <= clock.now());
    const taken = new Set(due.slice(0, batchSize * concurrency));
    queue = queue.filter((one) => !taken.has(one));
    const all = [...taken];
    await Promise.all(
      workers.map(async (worker, index) => {
        const batch = all.slice(index * batchSize, (index + 1) * batchSize);
        const budget = { signal: caller.signal, deadline: clock.now() + 15_000 };
        const results = await worker.handle(
          batch.map(({ message }) => message),
          budget,
        );
        for (const [at, result] of results.entries())
          if ('error' in result)
            queue.push({ message: (batch[at] as (typeof batch)[0]).message, due: clock.now() + 1_000 });
      }),
    );
  };

  /** @param isDone is asked when nothing is due */
  const run = async (what: string, isDone: () => Promise<boolean>): Promise<MassPhase> => {
    cloud.calls.length = 0;
    const begin = clock.now();
    for (let rounds = 0; rounds < maxRounds; rounds++) {
      await pump();
      await hear();
      const idle = !queue.some(({ due }) => due <= clock.now());
      if (idle && (await isDone())) {
        const calls: Record<string, number> = {};
        for (const { action } of cloud.calls) calls[action] = (calls[action] ?? 0) + 1;
        const throttled = cloud.calls.filter(({ failure }) => failure === 'RequestLimitExceeded').length;
        return { what, seconds: (clock.now() - begin) / 1_000, calls, throttled };
      }
      if (!idle) await round();
      clock.advance(idle ? idleMilliseconds : roundMilliseconds);
    }
    throw new Error(`${what}: it did not come to an end`);
  };

  const launch = async (count: number): Promise<void> => {
    for (let left = count; left > 0; left -= perGroup) {
      const group = Array.from({ length: Math.min(left, perGroup) }, () => `web-${newId().slice(-8)}`);
      await bulk.launchMany(caller, LaunchTemplate.parse({ image: 'nginx' }), group);
    }
  };
  const records = () => listAll(store, tenant);
  const allRun = async () => {
    const all = await records();
    return all.length === wanted && all.every(({ status }) => status === 'RUNNING');
  };
  const living = () => cloud.controls.inspect().filter(({ state }) => state === 'running');

  try {
    await launch(wanted);
    const launched = await run(`${wanted} launches`, allRun);
    for (const { instanceId } of living()) cloud.controls.kill(instanceId);
    let replaced = 0;
    const replacedAll = await run(`${wanted} terminated, and replaced`, async () => {
      const lost = (await records()).filter(({ status }) => status === 'ERROR').map(({ id }) => id);
      for (let start = 0; start < lost.length; start += perGroup) {
        const group = lost.slice(start, start + perGroup);
        for (let from = 0; from < group.length; from += maxTerminations)
          await bulk.terminateMany(caller, group.slice(from, from + maxTerminations));
        await launch(group.length);
        replaced += group.length;
      }
      return replaced === wanted && allRun();
    });
    const running = new Set((await records()).map(({ container_id }) => container_id));
    const machines = living();
    const owned = machines.filter(({ instanceId }) => running.has(instanceId)).length;
    return { instances: wanted, machines: machines.length, owned, phases: [launched, replacedAll] };
  } finally {
    await cloud.stop();
  }
};
