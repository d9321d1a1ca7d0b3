import type { World } from '../world.ts';
import { type ActionName, actionsByName } from './actions.ts';
import { Client } from './client.ts';
import { useKey } from './keys.ts';
import { Memory } from './memory.ts';
import { pauseJobs } from './runs.ts';
import { lookAround, trespass } from './strangers.ts';
import { registerTenant } from './tenants.ts';
import { type Theme, themes, weights } from './themes.ts';

const dwelling = 4;

/** What keeps the platform busy for as long as it is there: the rest of a run is for other things, as a rule. */
const costly: ReadonlySet<ActionName> = new Set(['scalingGroup', 'batchLaunch', 'batch', 'balancer']);

const drawWeights = ({ random }: World, { dwells, only }: Theme): Partial<Record<ActionName, number>> =>
  only ??
  Object.fromEntries(
    Object.entries(weights)
      .map(([name, weight]): [string, number] => [
        name,
        dwells.includes(name as ActionName) ? weight * dwelling : weight,
      ])
      .filter(
        ([name]) =>
          dwells.includes(name as ActionName) ||
          name === 'launch' ||
          random.chance(costly.has(name as ActionName) ? 0.15 : 0.6),
      ),
  );

/**
 * Runs the tenants' programs to their end.
 * @param theme what to dwell on, where it is not left to the seed
 * @returns one client of each tenant
 */
export const runProgram = async (world: World, theme: number | undefined): Promise<Client[]> => {
  const { random, scheduler } = world;
  const tenants = Array.from({ length: random.chance(0.3) ? 3 : 2 }, (_, index) =>
    registerTenant(world, `tenant-${index + 1}`),
  );
  const clients = tenants.map((tenant) => new Client(world, tenant, new Memory(() => scheduler.now())));
  const drawn = random.pick(themes);
  const told = (theme === undefined ? undefined : themes[theme]) ?? drawn;
  const { begins, lasts = 0, always = theme !== undefined } = told;
  const chosen = drawWeights(world, told);
  const steps = random.between(4, 10);
  const pace = random.pick([200, 2_000, 15_000]);

  const work = async (client: Client): Promise<void> => {
    for (let step = 0; step < steps; step++) {
      await scheduler.sleep(random.between(0, pace));
      const others = clients.filter((other) => other !== client);
      const does = random.weighted({ act: 86, look: 6, trespass: 6, key: 2 });
      if (does === 'look') await lookAround(client);
      else if (does === 'trespass') await trespass(client, others);
      else if (does === 'key') await useKey(client);
      else await actionsByName[random.weighted(chosen)](client);
    }
  };
  for (const client of clients) for (const name of begins) await actionsByName[name](client);
  // Two programs share what a tenant knows, and get into each other's way.
  const running = clients.flatMap((client) =>
    Array.from({ length: random.between(1, 2) }, () => work(client)),
  );
  await Promise.all(running);
  // It takes as long as several other seeds.
  if (always || random.chance(0.15)) await scheduler.sleep(lasts);
  for (const client of clients) await pauseJobs(client);
  return clients;
};
