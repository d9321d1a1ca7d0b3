import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, newAccount } from '../../support/api-client.ts';
import { type RunningEngine, runEngine } from '../../support/engine.ts';
import { eventually } from '../../support/eventually.ts';

interface Named {
  id: string;
  [field: string]: unknown;
}

let engine: RunningEngine;
let user: Account;

beforeAll(async () => {
  engine = await runEngine();
  user = await newAccount(engine.url, 'network');
});
afterAll(() => engine?.stop());

const created = async (path: string, body: unknown): Promise<Named> => {
  const answer = await user.api.post<Named>(path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.data;
};

/** Its record, once AWS has what it stands for. */
const made = (path: string): Promise<Named> =>
  eventually(
    `${path} is made`,
    async () => {
      const { data } = await user.api.get<Named>(path);
      expect(data.status).not.toBe('ERROR');
      return data.provider_id ? data : undefined;
    },
    30_000,
  );

const goneOnEc2 = (...ids: string[]): Promise<boolean> =>
  eventually(
    'EC2 has none of it',
    async () => {
      const text = JSON.stringify((await user.api.get('/quotas')).data);
      return /"resource":"vpcs","used":0/.test(text) && ids.length > 0;
    },
    60_000,
  );

describe('networks (contract 2.6, 2.7)', () => {
  it('from a VPC to an instance in it, and back', async () => {
    const vpc = await created('/vpcs', { name: 'shop' });
    expect(vpc).toMatchObject({
      user_id: user.id,
      name: 'shop',
      cidr_block: '10.0.0.0/16',
      network_id: `br-vpc-${vpc.id.slice(0, 8)}`,
      vxlan_id: Number.parseInt(vpc.id.slice(0, 2), 16) + 100,
      status: 'active',
      arn: `arn:thecloud:vpc:local:${user.id}:vpc/${vpc.id}`,
    });
    expect(vpc.created_at).toMatch(/^\d{4}-/);

    const subnet = await created(`/vpcs/${vpc.id}/subnets`, {
      name: 'front',
      cidr_block: '10.0.1.0/24',
      availability_zone: 'us-east-1a',
    });
    expect(subnet).toMatchObject({
      vpc_id: vpc.id,
      gateway_ip: '10.0.1.1',
      status: 'available',
      arn: `arn:thecloud:subnet:local:${user.id}:subnet/${subnet.id}`,
    });

    const group = await created('/security-groups', { vpc_id: vpc.id, name: 'web', description: 'Web' });
    expect(group).toMatchObject({
      vpc_id: vpc.id,
      description: 'Web',
      arn: `arn:thecloud:vpc:local:${user.id}:security-group/${group.id}`,
    });
    const sent = { id: '', direction: 'ingress', protocol: 'tcp', port_min: 80, port_max: 80 };
    const rule = await created(`/security-groups/${group.id}/rules`, {
      ...sent,
      cidr: '0.0.0.0/0',
      priority: 100,
    });
    expect(rule).toMatchObject({
      ...sent,
      id: rule.id,
      group_id: group.id,
      cidr: '0.0.0.0/0',
      priority: 100,
    });
    const byName = await user.api.get<Named>(`/security-groups/web?vpc_id=${vpc.id}`);
    expect(byName.data.rules).toEqual([rule]);
    const listed = await user.api.get<Named[]>(`/security-groups?vpc_id=${vpc.id}`);
    expect(listed.data.map(({ id, rules }) => [id, rules])).toEqual([[group.id, undefined]]);

    for (const path of [`/vpcs/${vpc.id}`, `/subnets/${subnet.id}`, `/security-groups/${group.id}`])
      await made(path);

    const instance = await created('/instances', {
      name: 'inside',
      image: 'ubuntu-24.04',
      subnet_id: subnet.id,
    });
    expect(instance).toMatchObject({ vpc_id: vpc.id, subnet_id: subnet.id });
    const membership = { instance_id: instance.id, group_id: group.id };
    for (const path of ['attach', 'attach'])
      expect((await user.api.post(`/security-groups/${path}`, membership)).status).toBe(200);
    const inside = await user.api.get<Named>(`/instances/${instance.id}`);
    expect(inside.data.security_group_ids).toEqual([group.id]);

    for (const path of [`/vpcs/${vpc.id}`, `/subnets/${subnet.id}`, `/security-groups/${group.id}`]) {
      const refused = await user.api.delete(path);
      expect([refused.status, refused.body?.error?.type]).toEqual([409, 'CONFLICT']);
      expect(refused.body?.error?.message).toContain('inside');
    }
    expect((await user.api.delete(`/instances/${instance.id}`)).status).toBe(200);
    expect((await user.api.delete('/vpcs/shop')).status).toBe(200);
    const ofVpc = [`/vpcs/${vpc.id}`, `/vpcs/${vpc.id}/subnets`, `/security-groups?vpc_id=${vpc.id}`];
    for (const path of [...ofVpc, `/subnets/${subnet.id}`, `/security-groups/${group.id}`])
      expect((await user.api.get(path)).status, path).toBe(404);
    await goneOnEc2(vpc.id);
  });

  it('a launch that names a VPC alone makes its subnet', async () => {
    const vpc = await created('/vpcs', { name: 'bare', cidr_block: '10.9.0.0/16' });
    const launches = await Promise.all(
      [1, 2, 3].map((n) => created('/instances', { name: `n${n}`, image: 'ubuntu-24.04', vpc_id: vpc.id })),
    );
    const { data } = await user.api.get<Named[]>(`/vpcs/${vpc.id}/subnets`);
    expect(data).toMatchObject([{ name: 'default', cidr_block: '10.9.0.0/20', public: true }]);
    expect(new Set(launches.map(({ subnet_id }) => subnet_id))).toEqual(new Set([data[0]?.id]));
    for (const { id } of launches) expect((await user.api.delete(`/instances/${id}`)).status).toBe(200);
    expect((await user.api.delete(`/vpcs/${vpc.id}`)).status).toBe(200);
  });
});
