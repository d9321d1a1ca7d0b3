import type { World } from '../world.ts';
import { recordsOf } from './records.ts';

const second = 1_000;
/** Whatever is late, hidden or leased from before is through after this. */
const lateMilliseconds = 150 * second;
/** Then what nothing told of is looked for, and that has its consequences. */
const auditedMilliseconds = 30 * second;
/** Back-off grows to a quarter of an hour; whatever has not come to rest after this never will. */
const mostMilliseconds = 3_600 * second;
const lookMilliseconds = 10 * second;

/** A volume of an instance that was stopped before it ever had a machine waits for the start; a group without quota, for room. */
const waitsForItsOwner = (reason: string): boolean =>
  reason === 'waiting for the machine of the instance, which is STOPPED' ||
  (reason.startsWith('launching failed') && reason.includes('the quota of'));

/** Queues whose messages are the only thing that knows of what is to be done. */
const awaited = ['history', 'fan-out', 'deliver', 'invocations'];

/** What is still under way. */
const underWay = ({ database, queues, stream }: World): string[] => [
  ...recordsOf(database).flatMap((record) => {
    const { kind, id, status, generation, observed_generation, deleted_at, status_reason } = record;
    if (deleted_at) return [`${kind} ${id} is being deleted since ${deleted_at} (${status_reason})`];
    if (observed_generation < generation && !waitsForItsOwner(String(status_reason)))
      return [
        `${kind} ${id} is ${status} at generation ${observed_generation} of ${generation} (${status_reason})`,
      ];
    return [];
  }),
  ...(stream.depth > 0 ? [`${stream.depth} records in the stream`] : []),
  ...awaited.flatMap((name) => {
    const depth = queues[name]?.depth ?? 0;
    return depth > 0 ? [`${depth} messages in the queue ${name}`] : [];
  }),
];

/** Waits until everything has come about. @returns what never came to rest */
export const comeToRest = async (world: World): Promise<string[]> => {
  const { scheduler, schedules } = world;
  await scheduler.sleep(lateMilliseconds);
  schedules.audit();
  await scheduler.sleep(auditedMilliseconds);
  const end = scheduler.now() + mostMilliseconds;
  for (;;) {
    const left = underWay(world);
    if (left.length === 0 || scheduler.now() > end) return left;
    await scheduler.sleep(lookMilliseconds);
  }
};

/** So long a world at rest is watched. */
const quietMilliseconds = 20 * second;

/** Nothing that is at rest is written: who writes it would go round in circles. */
const stayQuiet = async ({ scheduler, database, continuous }: World): Promise<string[]> => {
  const resting = recordsOf(database).filter(({ next_attempt_at }) => next_attempt_at === undefined);
  const before = new Map(resting.map(({ id }) => [id, continuous.writes.get(id)]));
  await scheduler.sleep(quietMilliseconds);
  return resting
    .filter(({ id }) => continuous.writes.get(id) !== before.get(id))
    .map(({ kind, id }) => `${kind} ${id} is at rest, and is written all the same`);
};

/** A group may yet make up its mind about what was measured before; one that never ends goes round in circles. */
const mostRounds = 6;

/** Waits until nothing moves any more, and for a while nothing has. @returns what did not rest */
export const fallSilent = async (world: World): Promise<string[]> => {
  for (let round = 1; ; round++) {
    const left = await comeToRest(world);
    if (left.length > 0) return left.map((what) => `never came to rest: ${what}`);
    const noisy = [...(await stayQuiet(world)), ...underWay(world)];
    if (noisy.length === 0 || round === mostRounds) return noisy;
  }
};
