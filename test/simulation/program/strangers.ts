import type { Client } from './client.ts';
import type { Kind } from './memory.ts';

/** Where the resources of each kind are read. */
export const pathOf: Readonly<Partial<Record<Kind, string>>> = {
  INSTANCE: '/instances',
  VOLUME: '/volumes',
  SNAPSHOT: '/snapshots',
  SNAPSHOT_SCHEDULE: '/snapshot-schedules',
  VPC: '/vpcs',
  SUBNET: '/subnets',
  SECURITY_GROUP: '/security-groups',
  LOAD_BALANCER: '/lb',
  SCALING_GROUP: '/autoscaling/groups',
  BATCH_JOB: '/batch/jobs',
  QUEUE: '/queues',
  TOPIC: '/notify/topics',
  SUBSCRIPTION: '/notify/subscriptions',
  FUNCTION: '/functions',
  CRON_JOB: '/cron/jobs',
};

/** Kinds that are read one by one: there is no list of all of a tenant's. */
export const unlisted: readonly Kind[] = ['SUBNET', 'SECURITY_GROUP', 'SUBSCRIPTION'];

/** Kinds that have a list of their own. */
export const listed = (Object.keys(pathOf) as Kind[]).filter((kind) => !unlisted.includes(kind));

/** A list holds nobody else's things. */
export const lookAround = async (client: Client): Promise<void> => {
  const { random, broken } = client.world;
  const kind = random.pick(listed);
  const answer = await client.read(pathOf[kind] as string);
  if (answer.status !== 200) return;
  for (const { id, user_id } of answer.data as { id: string; user_id?: string }[])
    if (user_id !== undefined && user_id !== client.tenant.id)
      broken.push(`${client.tenant.name} is shown ${kind} ${id} of ${user_id}`);
};

/** Another tenant's resource is not there, whatever is done to it. */
export const trespass = async (client: Client, others: readonly Client[]): Promise<void> => {
  const { random, broken } = client.world;
  const foreign = others
    .flatMap(({ memory }) => [...memory.known.values()])
    .filter(({ kind }) => pathOf[kind]);
  if (foreign.length === 0) return;
  const { kind, id } = random.pick(foreign);
  const path = `${pathOf[kind]}/${id}`;
  const answer =
    random.chance(0.5) || kind === 'BATCH_JOB'
      ? await client.read(path)
      : await client.change('DELETE', path, undefined);
  if (answer && answer.status < 500 && answer.status !== 404 && answer.status !== 429)
    broken.push(`${client.tenant.name} got ${answer.status} from ${path}, which is another's`);
};
