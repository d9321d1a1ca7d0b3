import { randomUUID } from 'node:crypto';
import type { Cloud } from '../aws/cloud.ts';
import type { Chaos } from '../engine/chaos.ts';
import type { Scheduler } from '../engine/scheduler.ts';
import type { Database } from '../table/database.ts';
import { tableNames } from '../table/schema.ts';
import { numberOf } from '../table/values.ts';
import type { SimulatedFunction } from './function.ts';
import type { SimulatedQueue } from './queue.ts';

const minute = 60_000;
/** Percent: below what the programs' policies scale in at, between, and above what they scale out at. */
const loads = [5, 55, 95] as const;

export interface SchedulesOptions {
  scheduler: Scheduler;
  chaos: Chaos;
  database: Database;
  cloud: Cloud;
  sweep: SimulatedFunction;
  /** Whether there is anything of the kind, or was. */
  knows(kind: string): boolean;
  queues: Readonly<Record<'observe' | 'tick' | 'metrics', SimulatedQueue>>;
}

/** What comes round by itself: the platform's schedules, the table's time to live, and accidents of the cloud. */
export const startSchedules = (options: SchedulesOptions) => {
  const { scheduler, chaos, database, cloud, sweep, queues, knows } = options;
  const { random } = chaos;
  /** Kinds whose records ask for metrics, or for load. */
  const isMeasured = (): boolean => knows('SCALING_GROUP') || knows('BATCH_JOB');
  const isTicked = (): boolean => isMeasured() || knows('CRON_JOB');

  const every = (milliseconds: number, task: () => void): void => {
    const round = (): void => {
      scheduler.after(milliseconds, round);
      task();
    };
    scheduler.after(random.between(1, milliseconds), round);
  };

  const expire = (): void => {
    const now = scheduler.now() / 1_000;
    for (const image of [...database.images(tableNames.ephemeral)]) {
      const end = numberOf(image.expires_at);
      if (end !== undefined && end < now && random.chance(0.5)) database.expire(tableNames.ephemeral, image);
    }
  };

  let load: number = random.pick(loads);
  const accidents = (): void => {
    if (!chaos.active) return;
    if (random.chance(0.3)) load = random.pick([...loads, loads[2], loads[2]]);
    for (const { instanceId, state } of cloud.ec2.inspect())
      if (state === 'running') cloud.ec2.setLoad(instanceId, { cpuPercent: load });
    if (chaos.strikes('failBoot')) cloud.ec2.failNextBoot();
    const running = cloud.ec2.inspect().filter(({ state }) => state === 'running');
    if (running.length > 0 && chaos.strikes('killMachine')) cloud.ec2.kill(random.pick(running).instanceId);
  };

  const audit = (): void =>
    queues.observe.send(
      JSON.stringify({ id: randomUUID(), source: 'thecloud', 'detail-type': 'InstanceAudit' }),
    );

  /** From now on every machine has the same load, and the account has room. */
  const steady = (): void => {
    const set = (): void => {
      if (!isMeasured()) return;
      for (const { instanceId, state } of cloud.ec2.inspect())
        if (state === 'running' && cloud.ec2.load(instanceId)?.cpuPercent !== loads[1])
          cloud.ec2.setLoad(instanceId, { cpuPercent: loads[1] });
    };
    set();
    every(10_000, set);
    // A group would launch into a full account for ever.
    cloud.ec2.setAccountLimits({ vcpus: 1_000 });
  };

  every(minute, () => void sweep.invoke({}));
  // Where nobody has a group or a job these find nothing, and half of a run would be theirs.
  const where = (isWanted: () => boolean, task: () => void) => (): void => {
    if (isWanted() || random.chance(0.05)) task();
  };
  every(
    minute,
    where(isTicked, () => queues.tick.send(JSON.stringify({ task: 'minute' }))),
  );
  every(
    minute,
    where(isMeasured, () => queues.metrics.send(JSON.stringify({ task: 'list' }))),
  );
  every(60 * minute, () => queues.metrics.send(JSON.stringify({ task: 'relax' })));
  every(5 * minute, audit);
  every(minute, expire);
  every(minute, accidents);
  /** What can be asked for before its time. */
  return { audit, steady };
};

export type Schedules = ReturnType<typeof startSchedules>;
