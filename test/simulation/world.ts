import { type Cloud, openCloud } from './aws/cloud.ts';
import { createWire } from './aws/wire.ts';
import { Continuous } from './checks/continuous.ts';
import { answerTargetsWith, answerWith } from './engine/ambient.ts';
import { Chaos } from './engine/chaos.ts';
import { Crashes, type Death } from './engine/crashes.ts';
import { follow } from './engine/globals.ts';
import { Random } from './engine/random.ts';
import { Scheduler } from './engine/scheduler.ts';
import { Trace } from './engine/trace.ts';
import { type Api, createApi } from './platform/api.ts';
import { SimulatedBus } from './platform/bus.ts';
import { type Code, createCode } from './platform/code.ts';
import { setEnvironment } from './platform/environment.ts';
import { type FunctionSettings, SimulatedFunction } from './platform/function.ts';
import { apiFunctions, outbox, queueWorkers, sweep } from './platform/functions.ts';
import { SimulatedQueue } from './platform/queue.ts';
import { type Schedules, startSchedules } from './platform/schedules.ts';
import { createServices } from './platform/services.ts';
import { SimulatedStream } from './platform/stream.ts';
import { createTargets, type Targets } from './platform/targets.ts';
import { createTenantQueues, type TenantQueues } from './platform/tenant-queues.ts';
import { Database } from './table/database.ts';
import { tableNames } from './table/schema.ts';

/** Hours between the beginnings of two runs: what a thread keeps for its lifetime is older than the next run. */
const hoursPerRun = 6;
const beginning = Date.UTC(2026, 0, 1);

export interface World {
  seed: number;
  random: Random;
  scheduler: Scheduler;
  chaos: Chaos;
  trace: Trace;
  database: Database;
  continuous: Continuous;
  cloud: Cloud;
  crashes: Crashes;
  tenantQueues: TenantQueues;
  code: Code;
  targets: Targets;
  queues: Readonly<Record<string, SimulatedQueue>>;
  stream: SimulatedStream;
  bus: SimulatedBus;
  schedules: Schedules;
  api: Api;
  quotas: Readonly<Record<string, number>>;
  /** What must never have happened, and did. */
  broken: string[];
  functions: Readonly<Record<string, SimulatedFunction>>;
  close(): void;
}

const drawQuotas = (random: Random): Record<string, number> => {
  const small = random.chance(0.4);
  const draw = (low: number, high: number) => (small ? low : high);
  return {
    instances: draw(3, 30),
    vcpus: draw(6, 60),
    vpcs: draw(2, 5),
    subnets: draw(3, 50),
    security_groups: draw(3, 50),
    volumes: draw(3, 50),
    volume_gib: draw(40, 1_000),
    snapshots: draw(3, 100),
    snapshot_schedules: draw(2, 50),
    load_balancers: draw(1, 5),
    scaling_groups: draw(1, 10),
    batch_jobs: draw(2, 10),
    queues: draw(2, 10),
    topics: draw(2, 10),
    subscriptions: draw(3, 20),
    functions: draw(2, 10),
    cron_jobs: draw(2, 10),
  };
};

export interface WorldOptions {
  keepTrace: boolean;
  /** When it begins: in this many runs. The seed, where it is left out: each is run once, in ascending order. */
  turn?: number;
  /** One death, in a world where nothing else goes wrong. */
  death?: Death;
  isCalm?: boolean;
}

/** The whole platform over a world that is against it. Everything in it follows from the seed. */
export const createWorld = async (
  seed: number,
  { keepTrace, turn = seed, death, isCalm }: WorldOptions,
): Promise<World> => {
  const random = new Random(seed);
  const scheduler = new Scheduler(random, beginning + turn * hoursPerRun * 3_600_000);
  follow({ scheduler, random });
  const chaos = new Chaos(random, isCalm);
  const trace = new Trace(() => scheduler.now(), keepTrace);
  const broken: string[] = [];
  const crashes = new Crashes({ chaos, trace, death });
  const parts = {
    scheduler,
    chaos,
    trace,
    surprised: (name: string, error: unknown) => {
      broken.push(`${name} threw: ${error instanceof Error ? error.stack : error}`);
    },
  };
  const quotas = drawQuotas(random);
  const continuous = new Continuous(quotas, (what) => broken.push(what));
  let stream: SimulatedStream | undefined;
  const database = new Database({
    now: () => scheduler.now(),
    lag: () => chaos.lag(),
    pageSize: () => (chaos.strikes('shortPage') ? random.between(1, 10) : Number.POSITIVE_INFINITY),
    written: (writes) => {
      const recorded = writes.filter(({ table }) => table === tableNames.record);
      continuous.lookAtRepeats(writes);
      continuous.look(recorded, scheduler.now());
      for (const write of recorded) stream?.append(write);
    },
  });
  let bus: SimulatedBus | undefined;
  const cloud = openCloud({
    scheduler,
    chaos,
    emit: async ({ source, detailType, detail }) => bus?.emit(source, detailType, detail),
  });

  const make = (settings: FunctionSettings) => new SimulatedFunction(settings, parts);
  const functions: Record<string, SimulatedFunction> = {};
  for (const [name, { start }] of Object.entries(apiFunctions))
    functions[name] = make({ name, timeoutSeconds: 30, start });
  const queues: Record<string, SimulatedQueue> = {};
  for (const [name, { start, timeoutSeconds = 20, ...settings }] of Object.entries(queueWorkers)) {
    const worker = make({ name: `worker-${name}`, timeoutSeconds, start });
    functions[`worker-${name}`] = worker;
    queues[name] = new SimulatedQueue({ name, worker, batchSize: 10, ...settings }, parts);
  }
  functions.outbox = make({ name: 'outbox', timeoutSeconds: 20, start: outbox });
  functions.sweep = make({ name: 'sweep', timeoutSeconds: 20, start: sweep });
  stream = new SimulatedStream(functions.outbox, parts);
  bus = new SimulatedBus(
    { observe: queues.observe as SimulatedQueue, history: queues.history as SimulatedQueue },
    parts,
  );
  const tenantQueues = createTenantQueues({ scheduler, chaos });
  const code = createCode({
    scheduler,
    chaos,
    canAssume: (role) => cloud.iam.canAssume('lambda.amazonaws.com', role),
  });
  const targets = createTargets({ scheduler, chaos, trace, crashes });
  const perform = createServices({ scheduler, chaos, database, cloud, queues, bus, tenantQueues, code });
  answerWith(createWire({ scheduler, chaos, trace, crashes, perform }));
  answerTargetsWith(targets.ask);

  let landed = false;
  const landing = cloud.makeLanding();
  void landing.then(() => {
    landed = true;
  });
  await scheduler.run(() => landed);
  setEnvironment({ quotas, landing: await landing });
  const schedules = startSchedules({
    scheduler,
    chaos,
    database,
    cloud,
    sweep: functions.sweep,
    knows: (kind) => continuous.knows(kind),
    queues: queues as Record<'observe' | 'tick' | 'metrics', SimulatedQueue>,
  });
  const prefixes = Object.fromEntries(
    Object.entries(apiFunctions).map(([name, { prefixes: all }]) => [name, all]),
  );
  return {
    seed,
    random,
    scheduler,
    chaos,
    trace,
    database,
    continuous,
    cloud,
    crashes,
    tenantQueues,
    code,
    targets,
    queues,
    stream,
    bus,
    schedules,
    api: createApi({ scheduler, chaos, trace, functions, prefixes }),
    quotas,
    broken,
    functions,
    close(): void {
      answerWith(undefined);
      answerTargetsWith(undefined);
      follow(undefined);
      cloud.close();
    },
  };
};
