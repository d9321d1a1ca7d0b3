import { randomUUID } from 'node:crypto';
import type { World } from '../world.ts';
import { madeBy, remove } from './action.ts';
import { actionsByName } from './actions.ts';
import { Client } from './client.ts';
import type { Kind } from './memory.ts';
import { Memory } from './memory.ts';
import { pauseJobs } from './runs.ts';
import { registerTenant } from './tenants.ts';

const second = 1_000;

const newCode = () => Buffer.from(randomUUID()).toString('base64');

/**
 * One of everything that is sent, called and run, and then taken down: always the same, so that whatever dies at a step finds
 * the same step.
 * @returns the one tenant
 */
export const runScript = async (world: World): Promise<Client[]> => {
  const { scheduler } = world;
  const client = new Client(world, registerTenant(world, 'tenant-1'), new Memory(() => scheduler.now()));
  const own = `https://${client.tenant.id}.example`;
  const create = async (
    kind: Kind,
    path: string,
    body: object,
    parents: string[] = [],
    facts: Record<string, string> = {},
  ): Promise<string> => {
    const answer = await client.change('POST', path, body, madeBy(client, kind, parents, facts));
    if (!answer) throw new Error(`${path} was never answered`);
    return (answer.data as { id: string }).id;
  };
  const subscribe = (topic: string, protocol: string, endpoint: string) =>
    create('SUBSCRIPTION', `/notify/topics/${topic}/subscriptions`, { protocol, endpoint }, [topic], {
      protocol,
      endpoint,
    });
  const all = async (kind: Kind, path: string): Promise<void> => {
    for (const one of client.memory.of(kind)) await remove(client, one, path);
  };

  const queue = await create('QUEUE', '/queues', { name: 'queue' });
  const topic = await create('TOPIC', '/notify/topics', { name: 'topic' });
  await subscribe(topic, 'queue', queue);
  await subscribe(topic, 'webhook', `${own}/well`);
  await subscribe(topic, 'webhook', `${own}/fails-twice/hook`);
  const code = { name: 'code', runtime: 'nodejs20', handler: 'index.js', code: newCode() };
  const made = await create('FUNCTION', '/functions', code);
  const job = { name: 'job', schedule: '@every 10s', target_payload: client.tenant.id };
  const retry_policy = { max_attempts: 3, backoff_seconds: 1 };
  const url = `${own}/fails-twice/job`;
  await create('CRON_JOB', '/cron/jobs', { ...job, target_url: url, retry_policy }, [], { url });
  const target = { type: 'topic', id: topic };
  await create('CRON_JOB', '/cron/jobs', { ...job, name: 'publishes', schedule: '@hourly', target });

  for (let count = 0; count < 2; count++) {
    await actionsByName.publish(client);
    await actionsByName.invoke(client);
  }
  await actionsByName.runJob(client);
  await scheduler.sleep(12 * second);
  await client.change('PUT', `/functions/${made}/code`, { code: newCode() });
  await client.change('PATCH', `/functions/${made}`, { memory_mb: 256 });
  await client.change('PATCH', `/queues/${queue}`, { visibility_timeout: 5 });
  await actionsByName.invoke(client);
  await scheduler.sleep(6 * second);
  await pauseJobs(client);
  await scheduler.sleep(60 * second);
  await all('FUNCTION', '/functions');
  await all('TOPIC', '/notify/topics');
  await all('QUEUE', '/queues');
  return [client];
};
