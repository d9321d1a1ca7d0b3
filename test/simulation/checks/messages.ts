import { tenantPrefix } from '../platform/environment.ts';
import type { Client } from '../program/client.ts';
import type { Known, PublishedMessage } from '../program/memory.ts';
import type { World } from '../world.ts';
import type { AnyRecord } from './records.ts';

/** The delivery worker has 35 s, and a request is on its way for a while: what began before the delete is over after this. */
const underWayMilliseconds = 60_000;

interface Got {
  body: string;
  at: number;
}

const urlOwner = /^https:\/\/([0-9a-f-]{36})\.example\//;

/** All that ever reached the endpoint of a subscription. */
const gotBy = ({ targets, tenantQueues }: World, { facts }: Known): Got[] =>
  facts.protocol === 'webhook'
    ? targets.arrivals().filter(({ url }) => url === facts.endpoint)
    : tenantQueues
        .everInspected()
        .filter(([name]) => name === `${tenantPrefix}${facts.endpoint}`)
        .flatMap(([, { arrived }]) => arrived);

/** What an operator would have to send again from a dead-letter queue. */
const isDead = ({ queues }: World, { topic, body }: PublishedMessage): boolean => {
  const packed = Buffer.from(body).toString('base64');
  return [...(queues['fan-out']?.dead ?? []), ...(queues.deliver?.dead ?? [])].some(
    (dead) => dead.includes(packed) && (dead.includes(topic) || dead.includes('delivery')),
  );
};

/** Each accepted message has reached each subscription that was there, and none that was there no more. */
const checkSubscription = (client: Client, subscription: Known): string[] => {
  const { world, memory } = client;
  const { id, facts, knownAt, deletedAt, parents } = subscription;
  const got = gotBy(world, subscription);
  const bodies = new Set(got.map(({ body }) => body));
  const ofTopic = memory.published.filter(({ topic }) => parents.includes(topic));
  const queueIsGone = facts.protocol === 'queue' && memory.mayBeGone(facts.endpoint ?? '');
  const mustHave = memory.mayBeGone(id) || queueIsGone ? [] : ofTopic.filter((one) => one.sentAt > knownAt);
  const lost = mustHave
    .filter((one) => !bodies.has(one.body) && !isDead(world, one))
    .map(({ body }) => `SUBSCRIPTION ${id} never got ${body}, whose publish was accepted`);
  // Another subscription may have the same queue; nobody else has the URL.
  if (deletedAt === undefined || facts.protocol === 'queue') return lost;
  const tooLate = got
    .filter(({ at }) => at > deletedAt + underWayMilliseconds)
    .map(({ body }) => `SUBSCRIPTION ${id} was deleted, and got ${body} a minute later`);
  const afterwards = ofTopic
    .filter(({ sentAt, body }) => sentAt > deletedAt && bodies.has(body))
    .map(({ body }) => `SUBSCRIPTION ${id} was deleted, and got ${body}, which was published afterwards`);
  return [...lost, ...tooLate, ...afterwards];
};

/** Whatever arrived anywhere is of the tenant whose queue or target it is. */
const checkIsolation = ({ targets, tenantQueues }: World): string[] => [
  ...targets
    .arrivals()
    .filter(({ url, body }) => !body.startsWith(urlOwner.exec(url)?.[1] ?? 'nobody'))
    .map(({ url, body }) => `${url} got ${body}, which is another's`),
  ...tenantQueues
    .everInspected()
    .flatMap(([name, { tags, arrived }]) =>
      arrived
        .filter(({ body }) => !body.startsWith(tags['thecloud:tenant'] ?? 'nobody'))
        .map(({ body }) => `the queue ${name} got ${body}, which is another's`),
    ),
];

/** Queues of tenants and their records are the same, one for one. */
const checkQueues = ({ tenantQueues }: World, records: readonly AnyRecord[]): string[] => {
  const ofQueues = records.filter(({ kind }) => kind === 'QUEUE');
  const wanted = new Set(ofQueues.map(({ id }) => `${tenantPrefix}${id}`));
  return [
    ...[...tenantQueues.inspect().keys()]
      .filter((name) => !wanted.has(name))
      .map((name) => `the queue ${name} is an orphan`),
    ...ofQueues
      .filter(({ id, status }) => status === 'ACTIVE' && !tenantQueues.inspect().has(`${tenantPrefix}${id}`))
      .map(({ id }) => `QUEUE ${id} is ACTIVE and SQS has none`),
  ];
};

/** What was published has arrived where it should, at least once, and nowhere else. */
export const checkMessages = (
  world: World,
  clients: readonly Client[],
  records: readonly AnyRecord[],
): string[] => [
  ...clients.flatMap((client) =>
    [...client.memory.known.values()]
      .filter(({ kind }) => kind === 'SUBSCRIPTION')
      .flatMap((subscription) => checkSubscription(client, subscription)),
  ),
  ...checkIsolation(world),
  ...checkQueues(world, records),
];
