import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../local/engine/free-port.ts';
import { type Account, newAccount } from '../support/api-client.ts';
import { type RunningEngine, runEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { minute, runVirtualEngine, second, type VirtualEngine } from '../support/virtual-engine.ts';

interface Group {
  id: string;
  current_count: number;
  desired_count: number;
}

interface Member {
  instance_id: string;
  name: string;
  lifecycle_state: string;
  health: string;
}

interface Activity {
  cause: string;
  from: number;
  to: number;
  outcome: string;
}

const groupOf = async ({ api }: Account, id: string): Promise<Group> =>
  (await api.get<Group>(`/autoscaling/groups/${id}`)).data;
const membersOf = async ({ api }: Account, id: string): Promise<Member[]> =>
  (await api.get<Member[]>(`/autoscaling/groups/${id}/instances`)).data;
const activitiesOf = async ({ api }: Account, id: string): Promise<Activity[]> =>
  (await api.get<Activity[]>(`/autoscaling/groups/${id}/activities`)).data;

/** Whether so many instances are in service, and none is on its way in or out. */
const has = async (user: Account, id: string, count: number): Promise<Member[] | undefined> => {
  const members = await membersOf(user, id);
  const settled = members.every(({ lifecycle_state }) => lifecycle_state === 'IN_SERVICE');
  return settled && members.length === count ? members : undefined;
};

describe('a scaling group behind a load balancer', () => {
  let engine: RunningEngine;
  let user: Account;
  let group: string;
  let balancer: string;
  let address: string;

  beforeAll(async () => {
    engine = await runEngine();
    engine.standIns.elb.setProbeMilliseconds(200);
    user = await newAccount(engine.url);
    const made = async <T>(path: string, body: object): Promise<T> => {
      const answer = await user.api.post<T>(path, body);
      expect([201, 202], answer.text).toContain(answer.status);
      return answer.data;
    };
    const vpc = await made<{ id: string }>('/vpcs', { name: 'front' });
    const lb = { name: 'web', vpc_id: vpc.id, port: await freePort(), draining_seconds: 1 };
    balancer = (await made<{ id: string }>('/lb', lb)).id;
    address = await eventually(
      'the balancer is there',
      async () => {
        const { data } = await user.api.get<{ status: string; dns_name?: string }>(`/lb/${balancer}`);
        return data.status === 'ACTIVE' && data.dns_name;
      },
      30_000,
    );
    group = (
      await made<Group>('/autoscaling/groups', {
        name: 'web',
        vpc_id: vpc.id,
        load_balancer_id: balancer,
        image: 'http-echo',
        ports: '8080:80',
        min_instances: 2,
        max_instances: 6,
        desired_count: 2,
      })
    ).id;
  });
  afterAll(() => engine?.stop());

  const settles = (count: number) =>
    eventually(`${count} are in service`, () => has(user, group, count), 30_000);
  const serve = (count: number) =>
    eventually(
      `${count} targets are healthy`,
      async () => {
        const { data } = await user.api.get<{ health: string }[]>(`/lb/${balancer}/targets`);
        return data.length === count && data.every(({ health }) => health === 'healthy');
      },
      30_000,
    );

  /** Sends requests, one after the other, until it is told to stop. @returns how many failed, and how many there were */
  const traffic = () => {
    let goesOn = true;
    const failures: string[] = [];
    let sent = 0;
    const run = (async () => {
      while (goesOn) {
        sent++;
        try {
          const response = await fetch(`http://${address}/`, { signal: AbortSignal.timeout(5_000) });
          await response.text();
          if (response.status !== 200) failures.push(String(response.status));
        } catch (error) {
          failures.push(String(error));
        }
        await pause(5);
      }
    })();
    return async () => {
      goesOn = false;
      await run;
      return { failures, sent };
    };
  };

  it('joins it when its instances run, and loses no request as it grows and shrinks', async () => {
    await settles(2);
    await serve(2);
    const stop = traffic();
    for (const count of [5, 2]) {
      const answer = await user.api.patch<Group>(`/autoscaling/groups/${group}`, { desired_count: count });
      expect(answer.status, answer.text).toBe(200);
      await settles(count);
      await serve(count);
    }
    const { failures, sent } = await stop();
    expect(sent).toBeGreaterThan(50);
    expect(failures).toEqual([]);
  });

  it('replaces an instance that is killed', async () => {
    const [victim] = await settles(2);
    const { data } = await user.api.get<{ container_id: string }>(`/instances/${victim?.instance_id}`);
    engine.standIns.ec2.kill(data.container_id);
    const members = await eventually(
      'another is in its place',
      async () => {
        const found = await has(user, group, 2);
        return found?.every(({ instance_id }) => instance_id !== victim?.instance_id) && found;
      },
      30_000,
    );
    expect(members.map(({ health }) => health)).toEqual(['HEALTHY', 'HEALTHY']);
    await serve(2);
    const [activity] = await activitiesOf(user, group);
    expect(activity).toMatchObject({ from: 1, to: 2, outcome: 'successful' });
    expect(activity?.cause).toContain(victim?.name);
  });

  it('is gone with its instances when it is deleted, and with it what keeps its VPC', async () => {
    const members = await settles(2);
    const { data } = await user.api.get<{ vpc_id: string }>(`/lb/${balancer}`);
    const refused = await user.api.delete(`/vpcs/${data.vpc_id}`);
    expect([refused.status, refused.body?.error?.type]).toEqual([409, 'CONFLICT']);
    expect(refused.text).toContain('scaling group web');
    expect((await user.api.delete(`/autoscaling/groups/${group}`)).status).toBe(204);
    expect((await user.api.get(`/autoscaling/groups/${group}`)).status).toBe(404);
    for (const { instance_id } of members)
      await eventually(
        `${instance_id} is gone`,
        async () => (await user.api.get(`/instances/${instance_id}`)).status === 404,
        30_000,
      );
    const quotas = await eventually('its place in the quota is free', async () => {
      const answer = await user.api.get<{ resource: string; used: number }[]>('/quotas');
      return answer.data.find(({ resource, used }) => resource === 'scaling_groups' && used === 0);
    });
    expect(quotas.used).toBe(0);
  });
});

describe('a scaling group with a policy, as time goes by', () => {
  let engine: VirtualEngine;
  let user: Account;
  let group: string;

  beforeAll(async () => {
    engine = await runVirtualEngine();
    user = await engine.newAccount();
    const vpc = await user.api.post<{ id: string }>('/vpcs', { name: 'front' });
    const answer = await user.api.post<Group>('/autoscaling/groups', {
      name: 'web',
      vpc_id: vpc.data.id,
      image: 'al2023',
      min_instances: 2,
      max_instances: 6,
      desired_count: 2,
    });
    expect(answer.status, answer.text).toBe(201);
    group = answer.data.id;
    const policy = await user.api.post(`/autoscaling/groups/${group}/policies`, {
      name: 'cpu',
      metric_type: 'cpu',
      target_value: 50,
      scale_out_step: 1,
      scale_in_step: 1,
      cooldown_sec: 60,
    });
    expect(policy.status, policy.text).toBe(201);
  });
  afterAll(() => engine?.stop());

  /** Lets minutes pass under a load, until the group has its size. @returns the sizes on the way */
  const under = async (cpu: number, count: number, minutes: number): Promise<number[]> => {
    const sizes: number[] = [];
    for (let passed = 0; passed < minutes * 6; passed++) {
      engine.standIns.ec2.setLoadOfAll({ cpuPercent: cpu });
      await engine.pass(10 * second);
      await engine.idle();
      const { current_count } = await groupOf(user, group);
      if (sizes.at(-1) !== current_count) sizes.push(current_count);
      if (current_count === count && (await has(user, group, count))) break;
    }
    return sizes;
  };

  it('grows to its most step by step under a high load, and shrinks to its least under a low one', async () => {
    await under(40, 2, 5);
    expect(await under(90, 6, 40)).toEqual([2, 3, 4, 5, 6]);
    expect(await under(10, 2, 40)).toEqual([6, 5, 4, 3, 2]);
    const activities = await activitiesOf(user, group);
    expect(activities.slice(0, 8).every(({ cause }) => cause.startsWith('policy cpu: cpu'))).toBe(true);
    expect(activities.map(({ to }) => to).reverse()).toEqual([2, 3, 4, 5, 6, 5, 4, 3, 2]);
  }, 120_000);

  it('changes its size when a scheduled action is due', async () => {
    const at = new Date(engine.now() + 10 * minute).toISOString();
    const path = `/autoscaling/groups/${group}/scheduled-actions`;
    const action = await user.api.post(path, { name: 'noon', at, min_instances: 3 });
    expect(action.status, action.text).toBe(201);
    await engine.pass(9 * minute);
    await engine.idle();
    expect((await groupOf(user, group)).desired_count).toBe(2);
    for (let ticks = 0; ticks < 12; ticks++) await engine.pass(10 * second);
    await engine.idle();
    await eventually('the action has run', async () => {
      await engine.pass(second);
      return has(user, group, 3);
    });
    expect((await activitiesOf(user, group))[0]).toMatchObject({
      cause: 'scheduled action noon',
      from: 2,
      to: 3,
    });
    expect((await user.api.get(path)).data).toEqual([]);
  }, 150_000);
});
