import type { World } from '../world.ts';
import { type ActionName, actionsByName } from './actions.ts';
import { Client } from './client.ts';
import { useKey } from './keys.ts';
import { Memory } from './memory.ts';
import { lookAround, trespass } from './strangers.ts';
import { registerTenant } from './tenants.ts';

/** What clients do, and how often; each seed leaves some of it out, so that the rest meets more of its kind. */
const weights: Record<ActionName, number> = {
  launch: 8,
  stop: 3,
  start: 3,
  restart: 1,
  tag: 1,
  terminate: 4,
  volume: 4,
  grow: 1,
  attach: 4,
  detach: 2,
  deleteVolume: 3,
  snapshot: 2,
  restore: 2,
  deleteSnapshot: 1,
  schedule: 1,
  deleteSchedule: 1,
  vpc: 3,
  subnet: 4,
  group: 2,
  rule: 2,
  join: 2,
  deleteGroup: 1,
  deleteSubnet: 1,
  deleteVpc: 2,
  balancer: 2,
  target: 3,
  removeTarget: 1,
  deleteBalancer: 1,
  scalingGroup: 2,
  resize: 2,
  policy: 1,
  deletePolicy: 1,
  scheduledAction: 1,
  terminateMember: 1,
  deleteScalingGroup: 1,
  batchLaunch: 1,
  batch: 1,
  cancelJob: 1,
};

/** What a seed dwells on, and what it begins with so that there is something to dwell on. */
const themes: readonly {
  dwells: readonly ActionName[];
  begins: readonly ActionName[];
  /** How long the world goes on when everybody has done what they wanted, in milliseconds. */
  lasts?: number;
}[] = [
  { dwells: [], begins: [] },
  { dwells: ['launch', 'stop', 'start', 'restart', 'terminate'], begins: ['launch'] },
  {
    dwells: ['volume', 'attach', 'detach', 'deleteVolume', 'launch', 'terminate'],
    begins: ['launch', 'volume'],
  },
  {
    dwells: ['snapshot', 'restore', 'deleteSnapshot', 'schedule', 'deleteVolume'],
    begins: ['volume', 'snapshot'],
  },
  { dwells: ['vpc', 'subnet', 'deleteSubnet', 'deleteVpc', 'launch'], begins: ['vpc', 'subnet'] },
  {
    dwells: ['group', 'rule', 'join', 'deleteGroup', 'launch', 'terminate'],
    begins: ['vpc', 'subnet', 'group', 'launch'],
  },
  {
    dwells: ['balancer', 'target', 'removeTarget', 'deleteBalancer', 'launch', 'terminate'],
    begins: ['vpc', 'subnet', 'launch', 'launch', 'balancer', 'target'],
  },
  {
    dwells: ['scalingGroup', 'resize', 'policy', 'terminateMember', 'scheduledAction'],
    begins: ['vpc', 'balancer', 'scalingGroup', 'policy'],
    // Policies take minutes to make up their minds.
    lasts: 600_000,
  },
  {
    dwells: ['batchLaunch', 'batch', 'cancelJob', 'launch'],
    begins: ['launch', 'launch', 'batchLaunch', 'batch'],
  },
];

const dwelling = 4;

/** What keeps the platform busy for as long as it is there: the rest of a run is for other things, as a rule. */
const costly: ReadonlySet<ActionName> = new Set(['scalingGroup', 'batchLaunch', 'batch', 'balancer']);

const drawWeights = ({ random }: World, dwells: readonly ActionName[]): Partial<Record<ActionName, number>> =>
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
  const clients = tenants.map((tenant) => new Client(world, tenant, new Memory()));
  const drawn = random.pick(themes);
  const { dwells, begins, lasts = 0 } = (theme === undefined ? undefined : themes[theme]) ?? drawn;
  const chosen = drawWeights(world, dwells);
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
  if (theme !== undefined || random.chance(0.15)) await scheduler.sleep(lasts);
  return clients;
};
