import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../local/engine/free-port.ts';
import { type Account, newAccount } from '../../support/api-client.ts';
import { type RunningEngine, runEngine } from '../../support/engine.ts';
import { eventually } from '../../support/eventually.ts';
import { settledInstance } from '../../support/settled.ts';
import { expectEnvelope, expectError } from '../../support/wire.ts';

interface LoadBalancer {
  id: string;
  name: string;
  status: string;
  dns_name?: string;
  version: number;
}

interface Target {
  id: string;
  instance_id: string;
  weight: number;
  health: string;
}

describe('contract 2.8: load balancers', () => {
  let engine: RunningEngine;
  let user: Account;
  let vpc: string;
  let subnet: string;

  beforeAll(async () => {
    engine = await runEngine();
    engine.standIns.elb.setProbeMilliseconds(200);
    user = await newAccount(engine.url);
    const made = await user.api.post<{ id: string }>('/vpcs', { name: 'front', cidr_block: '10.1.0.0/16' });
    vpc = made.data.id;
    const inIt = await user.api.post<{ id: string }>(`/vpcs/${vpc}/subnets`, {
      name: 'web',
      cidr_block: '10.1.1.0/24',
    });
    subnet = inIt.data.id;
  });
  afterAll(() => engine?.stop());

  const create = async (body: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
    user.api.post<LoadBalancer>(
      '/lb',
      { name: 'web', vpc_id: vpc, port: await freePort(), ...body },
      { headers },
    );

  const active = (id: string): Promise<LoadBalancer & { dns_name: string }> =>
    eventually(
      `${id} is ACTIVE`,
      async () => {
        const { data } = await user.api.get<LoadBalancer>(`/lb/${id}`);
        if (data.status === 'ERROR') throw new Error(JSON.stringify(data));
        return data.status === 'ACTIVE' && data.dns_name ? { ...data, dns_name: data.dns_name } : undefined;
      },
      30_000,
    );

  const echo = (name: string) =>
    settledInstance(user.api, name, { image: 'http-echo', ports: '0:80', vpc_id: vpc, subnet_id: subnet });

  const add = async (id: string, instance_id: string, weight?: number) => {
    const answer = await user.api.post<{ message: string }>(`/lb/${id}/targets`, {
      instance_id,
      port: 80,
      weight,
    });
    expect([answer.status, typeof answer.data?.message]).toEqual([201, 'string']);
  };

  const targetsOf = async (id: string) => (await user.api.get<Target[]>(`/lb/${id}/targets`)).data;

  const healthy = (id: string, count: number) =>
    eventually(
      `${count} targets of ${id} are healthy`,
      async () => (await targetsOf(id)).filter(({ health }) => health === 'healthy').length === count,
      30_000,
    );

  /** Who answers; the status where nobody does. */
  const ask = async (address: string): Promise<string> => {
    const answer = await fetch(`http://${address}/`);
    return answer.ok ? ((await answer.json()) as { name: string }).name : String(answer.status);
  };

  const spread = async (address: string, requests: number): Promise<Record<string, number>> => {
    const counts: Record<string, number> = {};
    for (let n = 0; n < requests; n++) {
      const who = await ask(address);
      counts[who] = (counts[who] ?? 0) + 1;
    }
    return counts;
  };

  it('answers 202 with the balancer in CREATING, which becomes ACTIVE with a name in DNS', async () => {
    const answer = await create({ name: '  web  ' });
    expect(answer.status).toBe(202);
    expectEnvelope(answer);
    expect(answer.data).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      user_id: user.id,
      name: 'web',
      vpc_id: vpc,
      algorithm: 'round-robin',
      status: 'CREATING',
      version: 1,
      created_at: expect.stringMatching(/Z$/),
    });
    const { dns_name } = await active(answer.data.id);
    expect(await ask(dns_name)).toBe('503');
    const { data } = await user.api.get<LoadBalancer[]>('/lb');
    expect(data.map(({ id }) => id)).toContain(answer.data.id);
  });

  it('makes one balancer for one Idempotency-Key, and one each without', async () => {
    const body = { port: 8080 };
    const key = { 'idempotency-key': randomUUID() };
    const first = await create(body, key);
    const again = await create(body, key);
    expect([first.status, again.status, again.data]).toEqual([202, 202, first.data]);
    expect(first.data).toMatchObject({ idempotency_key: key['idempotency-key'] });
    const [one, other] = [await create(body), await create(body)];
    expect([one.status, other.status, one.data.id === other.data.id]).toEqual([202, 202, false]);
  });

  it('spreads real requests by weight, drops a killed instance within 10 s, takes a new one in', {
    timeout: 120_000,
  }, async () => {
    const { data } = await create();
    const names = ['one', 'two', 'three'];
    const ids = await Promise.all(names.map(echo));
    for (const [index, instance] of ids.entries()) await add(data.id, instance, index === 2 ? 2 : 1);
    const { dns_name } = await active(data.id);
    await healthy(data.id, 3);
    await eventually(
      'all have their share',
      async () => {
        const counts = await spread(dns_name, 8);
        return counts.one === 2 && counts.two === 2 && counts.three === 4;
      },
      20_000,
    );

    const machine = engine.standIns.ec2
      .inspect()
      .find(({ tags }) => Object.values(tags).includes(ids[0] as string));
    engine.standIns.ec2.kill(machine?.instanceId ?? '');
    const killedAt = performance.now();
    await eventually(
      'nobody is sent to it',
      async () => {
        const counts = await spread(dns_name, 6);
        return Object.keys(counts).sort().join() === 'three,two';
      },
      10_000,
    );
    expect(performance.now() - killedAt).toBeLessThan(10_000);

    await add(data.id, await echo('four'));
    await eventually(
      'the new one answers',
      async () => (await spread(dns_name, 8)).four !== undefined,
      30_000,
    );

    expect((await user.api.delete(`/instances/${ids[1]}`)).status).toBe(200);
    await eventually(
      'a deleted instance is no target any more',
      async () => {
        const targets = await targetsOf(data.id);
        return targets.every(({ instance_id }) => instance_id !== ids[1]);
      },
      30_000,
    );
    for (const { instance_id } of await targetsOf(data.id))
      expect((await user.api.delete(`/lb/${data.id}/targets/${instance_id}`)).status).toBe(200);
    await eventually('nobody is left', async () => (await ask(dns_name)) === '503', 30_000);
  });

  it('refuses what is not there, not in its VPC, or a target already', async () => {
    const { data } = await create();
    const landing = await settledInstance(user.api, 'landing');
    const inside = await echo('inside');
    await add(data.id, inside);
    const target = (instance_id: string, lb = data.id) =>
      user.api.post(`/lb/${lb}/targets`, { instance_id, port: 80 });
    for (const [answer, status, type] of [
      [await target(randomUUID()), 404, 'NOT_FOUND'],
      [await target(landing), 400, 'LB_CROSS_VPC'],
      [await target(inside), 409, 'LB_TARGET_EXISTS'],
      [await target(inside, randomUUID()), 404, 'LB_NOT_FOUND'],
      [await user.api.get(`/lb/${randomUUID()}`), 404, 'LB_NOT_FOUND'],
      [await user.api.delete(`/lb/${data.id}/targets/${randomUUID()}`), 404, 'NOT_FOUND'],
      [await create({ vpc_id: randomUUID() }), 404, 'NOT_FOUND'],
      [await create({ algorithm: 'random' }), 400, 'INVALID_INPUT'],
      [await create({ port: 0 }), 400, 'INVALID_INPUT'],
    ] as const) {
      expectError(answer);
      expect([answer.status, answer.body.error.type]).toEqual([status, type]);
    }
  });

  it('keeps its VPC from being deleted, and not once it is deleted itself', { timeout: 60_000 }, async () => {
    const other = await user.api.post<{ id: string }>('/vpcs', { name: 'kept', cidr_block: '10.2.0.0/16' });
    const { data } = await create({ name: 'keeper', vpc_id: other.data.id });
    const refused = await user.api.delete(`/vpcs/${other.data.id}`);
    expect([refused.status, refused.body.error.message]).toEqual([409, expect.stringContaining('keeper')]);
    await active(data.id);
    expect((await user.api.delete(`/lb/${data.id}`)).status).toBe(200);
    expect((await user.api.get(`/lb/${data.id}`)).status).toBe(404);
    expect((await user.api.delete(`/vpcs/${other.data.id}`)).status).toBe(200);
    await eventually(
      'nothing of it is left',
      async () => {
        const left = engine.standIns.elb
          .inspect()
          .filter(({ tags }) => tags['thecloud:resource'] === data.id);
        return left.length === 0;
      },
      30_000,
    );
  });
});
