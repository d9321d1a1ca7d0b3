import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, newAccount } from '../support/api-client.ts';
import { type RunningEngine, runEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';

interface Instance {
  id: string;
  status: string;
  ports?: string;
  private_ip?: string;
  container_id?: string;
}

describe('instances of http-echo on a laptop', () => {
  let engine: RunningEngine;
  let user: Account;

  beforeAll(async () => {
    engine = await runEngine();
    user = await newAccount(engine.url);
  });
  afterAll(() => engine?.stop());

  const runs = async (name: string, ports: string) => {
    const { data } = await user.api.post<Instance>('/instances', { name, image: 'http-echo', ports });
    return becomes(data.id, 'RUNNING');
  };
  const becomes = (id: string, status: string) =>
    eventually(`${id} is ${status}`, async () => {
      const { data } = await user.api.get<Instance>(`/instances/${id}`);
      return data.status === status ? data : undefined;
    });
  const hostPortOf = ({ ports }: Instance): number => Number(ports?.split(':')[0]);

  it('answer at the port that the API shows, and those that ask for the same one have each their own', async () => {
    const first = await runs('first', '18080:80');
    const second = await runs('second', '18080:80');
    expect(hostPortOf(first)).not.toBe(hostPortOf(second));
    for (const instance of [first, second]) {
      expect(instance.ports).toMatch(/^\d+:80$/);
      const response = await fetch(`http://127.0.0.1:${hostPortOf(instance)}/hello`);
      expect(await response.json()).toMatchObject({
        instance_id: instance.container_id,
        private_ip: instance.private_ip,
        path: '/hello',
      });
    }
  });

  it('stand behind a balancer, which leaves out one that dies', async () => {
    const instances = [await runs('web-1', '18080:80'), await runs('web-2', '18080:80')];
    // biome-ignore lint/suspicious/noExplicitAny: every action has its own output type
    const elb = (command: string, input: object): Promise<any> =>
      engine.standIns.call('ElasticLoadBalancingV2Client', `${command}Command`, input);
    const { Subnets } = (await engine.standIns.call('EC2Client', 'DescribeSubnetsCommand', {})) as {
      Subnets: { SubnetId: string; VpcId: string }[];
    };
    const { LoadBalancers } = await elb('CreateLoadBalancer', {
      Name: 'web',
      Subnets: Subnets.map(({ SubnetId }) => SubnetId),
    });
    const { LoadBalancerArn } = LoadBalancers[0];
    const { TargetGroups } = await elb('CreateTargetGroup', {
      Name: 'web',
      Protocol: 'HTTP',
      Port: 18_080,
      VpcId: Subnets[0]?.VpcId,
    });
    const { TargetGroupArn } = TargetGroups[0];
    const DefaultActions = [{ Type: 'forward', TargetGroupArn }];
    await elb('CreateListener', { LoadBalancerArn, Protocol: 'HTTP', Port: 18_081, DefaultActions });
    const Targets = instances.map(({ container_id }) => ({ Id: container_id }));
    await elb('RegisterTargets', { TargetGroupArn, Targets });

    const { address } = await eventually('both targets are healthy', async () => {
      const [balancer] = engine.standIns.elb.inspect();
      const targets = balancer?.listeners[0]?.targetGroups[0]?.targets ?? [];
      const healthy = targets.filter(({ health }) => health.State === 'healthy');
      return healthy.length === 2 && balancer;
    });
    const answerers = async (): Promise<(string | null)[]> => {
      const answers: (string | null)[] = [];
      for (let count = 0; count < 4; count++)
        answers.push((await fetch(`http://${address}/`)).headers.get('x-instance-id'));
      return answers;
    };
    const [dying, other] = instances.map(({ container_id = '' }) => container_id);
    expect(new Set(await answerers())).toEqual(new Set([dying, other]));
    engine.standIns.ec2.kill(dying ?? '');
    expect(new Set(await answerers())).toEqual(new Set([other]));
  });

  it('answer no more once they are stopped, and at the same port once they are started', async () => {
    const instance = await runs('third', '0:80');
    const url = `http://127.0.0.1:${hostPortOf(instance)}/`;
    await user.api.post(`/instances/${instance.id}/stop`);
    await becomes(instance.id, 'STOPPED');
    await expect(fetch(url)).rejects.toThrow('fetch failed');
    await user.api.post(`/instances/${instance.id}/start`);
    expect((await becomes(instance.id, 'RUNNING')).ports).toBe(instance.ports);
    expect((await fetch(url)).status).toBe(200);
  });
});
