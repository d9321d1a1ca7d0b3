import { checkCloud } from './checks/cloud.ts';
import { checkCounters, checkNames } from './checks/counters.ts';
import { checkEmptied } from './checks/emptied.ts';
import { checkGroups } from './checks/groups.ts';
import { checkJobs } from './checks/jobs.ts';
import { checkMessages } from './checks/messages.ts';
import { askAgain, checkIntents, checkLists } from './checks/promises.ts';
import { recordsOf } from './checks/records.ts';
import { fallSilent } from './checks/rest.ts';
import { checkRuns } from './checks/runs.ts';
import { checkAddresses, checkUses } from './checks/uses.ts';
import type { Death } from './engine/crashes.ts';
import type { TraceLine } from './engine/trace.ts';
import type { Client } from './program/client.ts';
import { runProgram } from './program/program.ts';
import { runScript } from './program/script.ts';
import { createWorld, type World } from './world.ts';

/** What came of one seed. */
export interface Result {
  seed: number;
  /** What was broken; empty where all held. */
  broken: string[];
  /** Equal for equal runs. */
  checksum: string;
  /** How much virtual time went by, in milliseconds, and in how many steps. */
  milliseconds: number;
  steps: number;
  requests: number;
  /** How many calls each function has made. */
  calls: Readonly<Record<string, number>>;
  /** The death that was ordered, where it came to that. */
  death?: Death;
  trace: readonly TraceLine[];
}

export interface SimulateOptions {
  keepTrace?: boolean;
  /** What to dwell on, where it is not left to the seed. */
  theme?: number;
  /** The same script each time, in a world where nothing goes wrong but the death that is ordered. */
  scripted?: boolean;
  death?: Death;
  /** Where a thread runs one seed more than once: which time it is. */
  turn?: number;
}

/** How many of the seeds end with everything deleted. */
const emptiedShare = 0.08;

/** More than this in one run, and something goes round in circles. */
const mostSteps = 400_000;

const each = async (
  clients: readonly Client[],
  check: (client: Client) => Promise<string[]>,
): Promise<string[]> => {
  const wrong: string[] = [];
  for (const client of clients) wrong.push(...(await check(client)));
  return wrong;
};

const play = async (
  world: World,
  told: { clients: Client[] },
  { theme, scripted }: SimulateOptions,
): Promise<void> => {
  const { chaos, broken, database, cloud } = world;
  const clients = scripted ? await runScript(world) : await runProgram(world, theme);
  told.clients = clients;
  chaos.active = false;
  // A load that no policy minds: between what scales in and what scales out.
  world.schedules.steady();
  world.trace.note('calm', () => 'nothing goes wrong from now on');
  broken.push(...(await each(clients, askAgain)));
  const unrested = await fallSilent(world);
  broken.push(...unrested);
  if (unrested.length > 0) return;
  broken.push(...world.continuous.histories.check(database, world.queues.history?.dead ?? []));
  const records = recordsOf(database);
  const tenants = clients.map(({ tenant }) => tenant.id);
  broken.push(
    ...checkCounters(database, records, tenants),
    ...checkNames(database, records),
    ...checkUses(database, records),
    ...checkAddresses(database, records),
    ...checkCloud(cloud, records),
    ...checkGroups(records),
    ...checkMessages(world, clients, records),
    ...(await checkRuns(world, clients, records)),
  );
  const jobs = await checkJobs(clients, records);
  // Groups may launch while somebody asks.
  const ofGroups = new Set<string>();
  const ofOthers = (id: string): boolean => {
    for (const record of recordsOf(database)) if (record.scaling_group_id) ofGroups.add(record.id);
    return jobs.launched.has(id) || ofGroups.has(id);
  };
  broken.push(
    ...jobs.broken,
    ...(await each(clients, (client) => checkLists(client, ofOthers))),
    ...(await each(clients, checkIntents)),
  );
  // It takes as long as all the rest.
  if (world.random.chance(emptiedShare)) broken.push(...(await checkEmptied(world, clients)));
};

/** Runs one seed from beginning to end. */
export const simulate = async (seed: number, options: SimulateOptions = {}): Promise<Result> => {
  const { keepTrace = false, scripted, death, turn } = options;
  // What a stack looks like costs a tenth of a run, and is asked for only where something is wrong.
  Error.stackTraceLimit = keepTrace ? 20 : 0;
  const world = await createWorld(seed, { keepTrace, turn, death, isCalm: scripted });
  const { scheduler, broken, trace } = world;
  const startedAt = scheduler.now();
  const told: { clients: Client[] } = { clients: [] };
  let over = false;
  const rejected = (reason: unknown): void => {
    broken.push(`a rejection that nobody heard: ${reason instanceof Error ? reason.stack : reason}`);
  };
  process.on('unhandledRejection', rejected);
  try {
    void play(world, told, options).then(
      () => {
        over = true;
      },
      (error: unknown) => {
        broken.push(`the simulator failed: ${error instanceof Error ? error.stack : error}`);
        over = true;
      },
    );
    const ended = await scheduler.run(() => over || scheduler.steps > mostSteps);
    if (!ended) broken.push('nothing is left to wait for, and the program is not over');
    else if (!over) broken.push(`no end after ${mostSteps} steps`);
  } finally {
    process.off('unhandledRejection', rejected);
    world.close();
  }
  return {
    seed,
    broken: [...new Set(broken)],
    checksum: trace.checksum,
    milliseconds: scheduler.now() - startedAt,
    steps: scheduler.steps,
    requests: told.clients.reduce((sum, { memory }) => sum + memory.asked.length, 0),
    calls: Object.fromEntries(world.crashes.calls),
    ...(world.crashes.isOver && { death }),
    trace: trace.lines,
  };
};
