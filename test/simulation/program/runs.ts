import { randomUUID } from 'node:crypto';
import { failing } from '../platform/code.ts';
import { type Action, madeBy, nameFor, remove, some } from './action.ts';
import type { Client } from './client.ts';
import { targetOf } from './messages.ts';

const archive = (): string => Buffer.from(randomUUID()).toString('base64');

const invoke = async (client: Client): Promise<void> => {
  const one = some(client, 'FUNCTION');
  if (!one) return;
  const payload = `${client.tenant.id} ${client.world.random.chance(0.2) ? failing : ''} ${randomUUID()}`;
  const { status, data } = await client.once(
    'POST',
    `/functions/${one.id}/invoke`,
    { payload },
    'async=true',
  );
  if (status === 202)
    client.memory.invoked.push({ function: one.id, id: (data as { id: string }).id, payload });
};

/** What is done with functions and cron jobs. */
export const runActions = {
  code: (client) =>
    client.change(
      'POST',
      '/functions',
      { name: nameFor(client, 'code'), runtime: 'nodejs20', handler: 'index.js', code: archive() },
      madeBy(client, 'FUNCTION'),
    ),
  putCode: (client) => {
    const one = some(client, 'FUNCTION');
    return one && client.change('PUT', `/functions/${one.id}/code`, { code: archive() });
  },
  setUpCode: (client) => {
    const one = some(client, 'FUNCTION');
    return one && client.change('PATCH', `/functions/${one.id}`, { memory_mb: 256 });
  },
  deleteCode: (client) => remove(client, some(client, 'FUNCTION'), '/functions'),
  invoke,

  cronJob: (client) => {
    const { random } = client.world;
    const [queue, topic] = [some(client, 'QUEUE'), some(client, 'TOPIC')];
    const name = nameFor(client, 'job');
    const common = {
      name,
      schedule: random.pick(['@every 10s', '@every 10s', '@hourly']),
      target_payload: `${client.tenant.id} ${randomUUID()}`,
      overlap_policy: random.pick(['skip', 'allow']),
      retry_policy: { max_attempts: random.between(1, 4), backoff_seconds: random.between(1, 10) },
    };
    const owned = topic && random.chance(0.3) ? { type: 'topic', id: topic.id } : undefined;
    const target = queue && random.chance(0.3) ? { type: 'queue', id: queue.id } : owned;
    const url = targetOf(client);
    const body = target ? { ...common, target } : { ...common, target_url: url };
    const facts = { payload: common.target_payload, ...(!target && { url }) };
    return client.change('POST', '/cron/jobs', body, madeBy(client, 'CRON_JOB', [], facts));
  },
  pauseJob: (client) => {
    const job = some(client, 'CRON_JOB');
    return job && client.change('POST', `/cron/jobs/${job.id}/pause`, undefined);
  },
  resumeJob: (client) => {
    const job = some(client, 'CRON_JOB');
    return job && client.change('POST', `/cron/jobs/${job.id}/resume`, undefined);
  },
  runJob: (client) => {
    const job = some(client, 'CRON_JOB');
    return job && client.change('POST', `/cron/jobs/${job.id}/run`, undefined);
  },
  deleteJob: (client) => remove(client, some(client, 'CRON_JOB'), '/cron/jobs'),
} satisfies Record<string, Action>;

/** Pauses all of a tenant's jobs: what runs every ten seconds never comes to rest. */
export const pauseJobs = async (client: Client): Promise<void> => {
  for (const { id } of client.memory.of('CRON_JOB'))
    await client.change('POST', `/cron/jobs/${id}/pause`, undefined);
};
