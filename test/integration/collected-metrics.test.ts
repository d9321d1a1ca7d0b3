import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTables } from '../../lib/platform/table/tables.ts';
import { readGroupSamples } from '../../lib/services/metrics/group-samples.ts';
import type { Account } from '../support/api-client.ts';
import { localClient } from '../support/tables.ts';
import { hour, minute, runVirtualEngine, second, type VirtualEngine } from '../support/virtual-engine.ts';

interface Group {
  id: string;
  desired_count: number;
  current_count: number;
}
interface Metrics {
  cpu: { timestamp: string; value: number }[];
}

const fullLoad = 90;

describe('the metrics of a scaling group with a policy', () => {
  let engine: VirtualEngine;
  let user: Account;
  let group: Group;
  let client: ReturnType<typeof localClient>;

  beforeAll(async () => {
    engine = await runVirtualEngine();
    user = await engine.newAccount();
    client = localClient(engine.endpoints.dynamodb);
    const vpc = (await user.api.post<{ id: string }>('/vpcs', { name: 'metered' })).data.id;
    const made = await user.api.post<Group>('/autoscaling/groups', {
      name: 'metered',
      vpc_id: vpc,
      image: 'http-echo',
      min_instances: 1,
      max_instances: 2,
      desired_count: 1,
    });
    expect(made.status, made.text).toBe(201);
    group = made.data;
    await passUntil('an instance runs', async () => (await running()).length === 1);
  });
  afterAll(async () => {
    client?.destroy();
    await engine?.stop();
  });

  /** Lets time go by in steps, and the queues come to rest after each. */
  const passUntil = async (what: string, holds: () => Promise<boolean>, step = second, steps = 90) => {
    for (let taken = 0; taken < steps; taken++) {
      await engine.pass(step);
      await engine.idle();
      if (await holds()) return;
    }
    throw new Error(`not even after ${(steps * step) / second} s: ${what}`);
  };
  const running = async () =>
    engine.standIns.ec2
      .inspect()
      .filter(({ state, tags }) => state === 'running' && tags['thecloud:tenant'] === user.id);
  const isDetailed = async (): Promise<boolean[]> =>
    (await running()).map(
      ({ account, instanceId }) =>
        engine.standIns.ec2.loadOf(account, instanceId)?.detailedSince !== undefined,
    );
  const samples = async () => {
    const environment = Object.values(engine.functions).find(
      (one) => one.EPHEMERAL_TABLE_NAME && one.TABLE_NAME,
    );
    const tables = createTables({
      client,
      record: environment?.TABLE_NAME ?? '',
      ephemeral: environment?.EPHEMERAL_TABLE_NAME ?? '',
    });
    const window = { from: engine.now() - hour, to: engine.now() };
    return readGroupSamples(tables, { tenant: user.id, group: group.id }, window);
  };
  const newestLoads = async (): Promise<number[]> =>
    Object.values((await samples())[0]?.samples ?? {}).map(({ cpu = -1 }) => cpu);
  const isFull = (cpu: number): boolean => Math.abs(cpu - fullLoad) < 5;

  it('are not collected before it has one', async () => {
    await engine.pass(6 * minute);
    await engine.idle();
    expect([await samples(), await isDetailed()]).toEqual([[], [false]]);
  });

  let policy: string;

  it('are collected each minute from its first policy on, under detailed monitoring', async () => {
    const made = await user.api.post<{ id: string }>(`/autoscaling/groups/${group.id}/policies`, {
      name: 'busy',
      metric_type: 'cpu',
      target_value: 60,
      scale_out_step: 1,
      scale_in_step: 1,
      cooldown_sec: 60,
    });
    expect(made.status, made.text).toBe(201);
    policy = made.data.id;
    await passUntil('it is monitored in detail', async () => (await isDetailed()).every(Boolean), minute, 2);
    await passUntil('a minute is collected', async () => (await samples()).length > 2, minute, 8);
    for (const { samples: members } of await samples()) expect(Object.keys(members)).toHaveLength(1);
  });

  it('show a load within two minutes, and its owner sees it', async () => {
    for (const { instanceId } of await running())
      engine.standIns.ec2.setLoad(instanceId, { cpuPercent: fullLoad });
    await passUntil('the load is seen', async () => (await newestLoads()).some(isFull), minute, 2);
    const [instance] = Object.keys((await samples())[0]?.samples ?? {});
    const { data } = await user.api.get<Metrics>(`/instances/${instance}/metrics`);
    expect(isFull(data.cpu.at(-1)?.value ?? 0)).toBe(true);
    const times = data.cpu.slice(-3).map(({ timestamp }) => Date.parse(timestamp));
    expect(times.map((time) => (times.at(-1) ?? 0) - time)).toEqual([2 * minute, minute, 0]);
  });

  it('make the group grow', async () => {
    await passUntil('there are two', async () => (await running()).length === 2, 10 * second);
    expect(await isDetailed()).toEqual([true, true]);
    await passUntil('both are measured', async () => (await newestLoads()).length === 2, minute, 6);
    const { data } = await user.api.get<Group>(`/autoscaling/groups/${group.id}`);
    expect([data.desired_count, data.current_count]).toEqual([2, 2]);
  });

  it('are no longer collected, and monitoring is basic within an hour, once the last policy is gone', async () => {
    expect((await user.api.delete(`/autoscaling/policies/${policy}`)).status).toBe(204);
    await engine.pass(hour);
    await passUntil('it is monitored as usual', async () => !(await isDetailed()).some(Boolean), minute, 2);
    expect((await samples()).every(({ minute: at }) => Date.parse(at) < engine.now() - 50 * minute)).toBe(
      true,
    );
  });
});
