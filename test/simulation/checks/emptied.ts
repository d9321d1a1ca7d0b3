import { tagKeys } from '../../../lib/platform/aws/ec2/tags.ts';
import { toItem } from '../../../lib/platform/table/values.ts';
import type { Client } from '../program/client.ts';
import type { Kind } from '../program/memory.ts';
import { pathOf, unlisted } from '../program/strangers.ts';
import { tableNames } from '../table/schema.ts';
import { textOf } from '../table/values.ts';
import type { World } from '../world.ts';
import { comeToRest } from './rest.ts';

/** In this order nothing keeps the next from being deleted. */
const order: readonly Kind[] = [
  'CRON_JOB',
  'SUBSCRIPTION',
  'TOPIC',
  'QUEUE',
  'FUNCTION',
  'SCALING_GROUP',
  'LOAD_BALANCER',
  'INSTANCE',
  'SNAPSHOT_SCHEDULE',
  'SNAPSHOT',
  'VOLUME',
  'SECURITY_GROUP',
  'SUBNET',
  'VPC',
];

/** What a tenant without resources leaves in the table: itself, its keys, its old jobs, and counters that say nothing. */
const stays = /^(T#PLATFORM#.*|KEY#.*|EMAIL#.*|ROLES|TOTAL.*|T#[^#]+#API_KEY|T#[^#]+#BATCH_JOB(#.*)?)$/;

const isEmptyCounter = (item: Record<string, unknown>): boolean =>
  Object.entries(item).every(([name, value]) => !/^(total|used_|claimed_)/.test(name) || value === 0);

const deleteAll = async (client: Client): Promise<string[]> => {
  const wrong: string[] = [];
  for (const kind of order) {
    const path = pathOf[kind] as string;
    const isListed = !unlisted.includes(kind);
    const shown = isListed ? ((await client.read(path)).data as { id: string }[]) : [];
    // What the platform made by itself is in the lists alone: the subnet of a launch goes with its VPC.
    const ids = isListed ? shown.map(({ id }) => id) : client.memory.of(kind).map(({ id }) => id);
    for (const id of ids) {
      const answer = await client.change('DELETE', `${path}/${id}`, undefined);
      const waits = answer?.status === 409 || answer?.status === 400;
      if (!answer || (answer.status >= 300 && answer.status !== 404 && !waits))
        wrong.push(`${kind} ${id} can't be deleted: ${answer?.status} ${JSON.stringify(answer?.error)}`);
    }
  }
  return wrong;
};

/** Once everything is deleted nothing is left, in the table or in the cloud: no address, no name, no rule, no group. */
export const checkEmptied = async (world: World, clients: readonly Client[]): Promise<string[]> => {
  const wrong: string[] = [];
  for (let round = 0; round < 3; round++) {
    for (const client of clients) wrong.push(...(await deleteAll(client)));
    wrong.push(...(await comeToRest(world)).map((what) => `never came to rest: ${what}`));
  }
  if (wrong.length > 0) return wrong;
  for (const image of world.database.images(tableNames.record)) {
    const [pk, sk] = [textOf(image.pk), textOf(image.sk)];
    if (pk.endsWith('#COUNTER') && sk === 'BATCH_JOB') continue;
    const isCounter = pk.endsWith('#COUNTER') || pk === 'CAPACITY';
    if (isCounter ? !isEmptyCounter(toItem(image)) : !stays.test(pk)) wrong.push(`${pk} ${sk} is left over`);
  }
  for (const { instanceId, state } of world.cloud.ec2.inspect())
    if (state !== 'terminated') wrong.push(`machine ${instanceId} is left over`);
  for (const { kind, id, tags } of world.cloud.ec2.inspectResources())
    if (tags[tagKeys.resource] || (tags[tagKeys.instance] && kind !== 'security-group'))
      wrong.push(`${kind} ${id} is left over`);
  for (const name of world.tenantQueues.inspect().keys()) wrong.push(`the queue ${name} is left over`);
  for (const name of world.code.functions().keys()) wrong.push(`the function ${name} is left over`);
  for (const { arn } of world.cloud.elb.inspect()) wrong.push(`balancer ${arn} is left over`);
  return wrong;
};
