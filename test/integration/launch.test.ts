import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, newAccount } from '../support/api-client.ts';
import { type RunningEngine, runEngine } from '../support/engine.ts';
import { ephemeralItems } from '../support/engine-inspection.ts';
import { eventually } from '../support/eventually.ts';

interface Instance {
  id: string;
  status: string;
  private_ip?: string;
  desired_status?: string;
}

describe('an instance through the API, the queues and the cloud', () => {
  let engine: RunningEngine;
  let user: Account;

  beforeAll(async () => {
    engine = await runEngine();
    user = await newAccount(engine.url);
  });
  afterAll(() => engine?.stop());

  const state = async (id: string) => (await user.api.get<Instance>(`/instances/${id}`)).data;
  const becomes = (id: string, status: string) =>
    eventually(`${id} is ${status}`, async () => {
      const instance = await state(id);
      return instance.status === status ? instance : undefined;
    });

  it('is STARTING in the answer to its launch, and then RUNNING with an address', async () => {
    const launched = await user.api.post<Instance>('/instances', { name: 'first', image: 'ubuntu-24.04' });
    expect(launched.status).toBe(201);
    expect(launched.data.status).toBe('STARTING');
    expect(launched.headers.get('location')).toBe(`/instances/${launched.data.id}`);
    const running = await becomes(launched.data.id, 'RUNNING');
    expect(running.private_ip).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  });

  it('stops, starts and restarts as asked, and its history says who did what', async () => {
    const { data } = await user.api.post<Instance>('/instances', { name: 'second', image: 'al2023' });
    await becomes(data.id, 'RUNNING');
    expect((await user.api.post(`/instances/${data.id}/stop`)).status).toBe(200);
    await becomes(data.id, 'STOPPED');
    expect((await user.api.post(`/instances/${data.id}/start`)).status).toBe(200);
    await becomes(data.id, 'RUNNING');
    expect((await user.api.post(`/instances/${data.id}/restart`)).status).toBe(200);
    const actions = await eventually('four completed actions', async () => {
      const answer = await user.api.get<{ action: string; outcome: string; user: string }[]>(
        `/instances/${data.id}/actions`,
      );
      return answer.data.length === 4 && answer.data.every((action) => action.outcome === 'succeeded')
        ? answer.data
        : undefined;
    });
    expect(actions.map((action) => action.action)).toEqual(['restart', 'start', 'stop', 'launch']);
    expect(new Set(actions.map((action) => action.user))).toEqual(new Set([user.id]));
  });

  it('is out of the list at once when deleted, and gives its quota back when the cloud says so', async () => {
    const before = await user.api.get<{ resource: string; used: number }[]>('/quotas');
    const { data } = await user.api.post<Instance>('/instances', { name: 'third', image: 'ubuntu-24.04' });
    await becomes(data.id, 'RUNNING');
    expect((await user.api.delete(`/instances/${data.id}`)).status).toBe(200);
    const list = await user.api.get<Instance[]>('/instances');
    expect(list.data.map((instance) => instance.id)).not.toContain(data.id);
    expect((await user.api.get(`/instances/${data.id}`)).status).toBe(404);
    await eventually('the quota is free again', async () => {
      const now = await user.api.get<{ resource: string; used: number }[]>('/quotas');
      return JSON.stringify(now.data) === JSON.stringify(before.data);
    });
    await eventually('the history says that the delete came about', async () =>
      (await ephemeralItems(engine)).some(
        (item) =>
          String(item.pk).includes(`${data.id}#ACTIONS`) &&
          item.action === 'terminate' &&
          item.outcome === 'succeeded',
      ),
    );
  });

  it('of two launches with one idempotency key at once, one acts and the other replays', async () => {
    const send = () =>
      user.api.post<Instance>(
        '/instances',
        { name: 'once', image: 'ubuntu-24.04' },
        { headers: { 'idempotency-key': 'launch-once' } },
      );
    const answers = await Promise.all([send(), send(), send()]);
    expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map((answer) => answer.data.id)).size).toBe(1);
    const list = await user.api.get<{ name: string }[]>('/instances');
    expect(list.data.filter((instance) => instance.name === 'once')).toHaveLength(1);
    const other = await user.api.post(
      '/instances',
      { name: 'other', image: 'ubuntu-24.04' },
      { headers: { 'idempotency-key': 'launch-once' } },
    );
    expect([other.status, other.body.error.type]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  });
});
