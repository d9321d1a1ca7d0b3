import { checkCloud } from './checks/cloud.ts';
import { checkCounters, checkNames } from './checks/counters.ts';
import { checkEmptied } from './checks/emptied.ts';
import { checkGroups } from './checks/groups.ts';
import { checkJobs } from './checks/jobs.ts';
import { askAgain, checkIntents, checkLists } from './checks/promises.ts';
import { recordsOf } from './checks/records.ts';
import { comeToRest, stayQuiet } from './checks/rest.ts';
import { checkAddresses, checkUses } from './checks/uses.ts';
import type { TraceLine } from './engine/trace.ts';
import type { Client } from './program/client.ts';
import { runProgram } from './program/program.ts';
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
  trace: readonly TraceLine[];
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

const play = async (world: World, told: { clients: Client[] }, theme: number | undefined): Promise<void> => {
  const { chaos, broken, database, cloud } = world;
  const clients = await runProgram(world, theme);
  told.clients = clients;
  chaos.active = false;
  // A load that no policy minds: between what scales in and what scales out.
  world.schedules.steady();
  world.trace.note('calm', () => 'nothing goes wrong from now on');
  broken.push(...(await each(clients, askAgain)));
  const unrested = await comeToRest(world);
  broken.push(...unrested.map((what) => `never came to rest: ${what}`));
  if (unrested.length > 0) return;
  broken.push(...(await stayQuiet(world)));
  // A group whose launches had failed five times waits five minutes, and may just have begun again.
  broken.push(...(await comeToRest(world)).map((what) => `never came to rest again: ${what}`));
  broken.push(...world.continuous.histories.check(database, world.queues.history?.dead ?? []));
  const records = recordsOf(database);
  const ofGroup = new Set(records.filter(({ scaling_group_id }) => scaling_group_id).map(({ id }) => id));
  const tenants = clients.map(({ tenant }) => tenant.id);
  const jobs = await checkJobs(clients, records);
  broken.push(
    ...checkCounters(database, records, tenants),
    ...checkNames(database, records),
    ...checkUses(database, records),
    ...checkAddresses(database, records),
    ...checkCloud(cloud, records),
    ...checkGroups(records),
    ...jobs.broken,
    ...(await each(clients, (client) => checkLists(client, new Set([...ofGroup, ...jobs.launched])))),
    ...(await each(clients, checkIntents)),
  );
  // It takes as long as all the rest.
  if (world.random.chance(emptiedShare)) broken.push(...(await checkEmptied(world, clients)));
};

/** Runs one seed from beginning to end. */
export const simulate = async (
  seed: number,
  { keepTrace = false, theme }: { keepTrace?: boolean; theme?: number } = {},
): Promise<Result> => {
  // What a stack looks like costs a tenth of a run, and is asked for only where something is wrong.
  Error.stackTraceLimit = keepTrace ? 20 : 0;
  const world = await createWorld(seed, keepTrace);
  const { scheduler, broken, trace } = world;
  const startedAt = scheduler.now();
  const told: { clients: Client[] } = { clients: [] };
  let over = false;
  const rejected = (reason: unknown): void => {
    broken.push(`a rejection that nobody heard: ${reason instanceof Error ? reason.stack : reason}`);
  };
  process.on('unhandledRejection', rejected);
  try {
    void play(world, told, theme).then(
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
    trace: trace.lines,
  };
};
