import { expect } from 'vitest';
import { newId } from '../../lib/platform/ids.ts';
import type { Account } from '../support/api-client.ts';
import type { RunningEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { zip } from '../support/zip.ts';

/**
 * The life of cron jobs with every sort of target, with all that their worker may ever do.
 * @param lateJob has sweep and ticker find a job that is overdue
 */
export const useCron = async (
  engine: RunningEngine,
  { api }: Account,
  lateJob: (id: string) => Promise<void>,
): Promise<void> => {
  const key = () => ({ headers: { 'idempotency-key': newId() } });
  const made = async (path: string, body: object): Promise<string> => {
    const answer = await api.post<{ id: string }>(path, body, key());
    expect(answer.status, answer.text).toBe(201);
    return answer.data.id;
  };
  const job = (name: string, more: object) =>
    made('/cron/jobs', { name, schedule: '@yearly', target_payload: 'tick', ...more });
  const runsOf = async (id: string) => (await api.get<{ status: string }[]>(`/cron/jobs/${id}/runs`)).data;

  const queue = await made('/queues', { name: 'ticks' });
  const topic = await made('/notify/topics', { name: 'ticks' });
  const code = (await zip({ 'index.js': '' })).toString('base64');
  const ticked = await made('/functions', { name: 'ticked', runtime: 'nodejs20', handler: 'index.js', code });
  const queueName = () => Object.keys(engine.cloud.queues.depths()).find((name) => name.endsWith(queue));
  await eventually('the queue is made', async () => queueName());
  const jobs = [
    // No name server knows it, now or ever: RFC 6761.
    await job('calls', {
      target_url: 'https://nobody.invalid/',
      retry_policy: { max_attempts: 2, backoff_seconds: 1 },
    }),
    await job('sends', { target: { type: 'queue', id: queue } }),
    await job('publishes', { target: { type: 'topic', id: topic } }),
    await job('invokes', { target: { type: 'function', id: ticked } }),
  ];
  const runs = async (id: string) => {
    expect((await api.post(`/cron/jobs/${id}/run`, undefined, key())).status).toBe(202);
    await eventually('the run has ended', async () => {
      const [run] = await runsOf(id);
      return run && run.status !== 'RUNNING';
    });
  };
  for (const id of jobs) await runs(id);
  // Again where the queues' own worker was faster: it is still at what it has just made.
  await eventually(
    "the worker's send has made the queue again",
    async () => {
      const made = queueName();
      if (made) engine.cloud.queues.remove(made);
      await runs(jobs[1] as string);
      return !engine
        .unusedGrants()
        .some(({ roleArn, value }) => roleArn.includes('ReconcileCron') && value === 'sqs:CreateQueue');
    },
    30_000,
  );
  const [first = ''] = jobs;
  for (const verb of ['pause', 'resume'])
    expect((await api.post(`/cron/jobs/${first}/${verb}`, undefined, key())).status).toBe(200);
  expect((await api.patch(`/cron/jobs/${first}`, { name: 'renamed' }, key())).status).toBe(200);
  for (const query of ['', '?page=1', '?page=2&pageSize=1', '?state=active', '?sortBy=name', `/${first}`])
    expect((await api.get(`/cron/jobs${query}`)).status).toBe(200);
  await lateJob(first);
  for (const id of jobs) expect((await api.delete(`/cron/jobs/${id}`, key())).status).toBe(200);
  expect((await api.delete(`/notify/topics/${topic}`)).status).toBe(200);
  expect((await api.delete(`/queues/${queue}`)).status).toBe(204);
  expect((await api.delete(`/functions/${ticked}`, key())).status).toBe(200);
};
