import { once } from 'node:events';
import { Agent, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import autocannon from 'autocannon';
import { ProxyServer } from 'http-proxy-3';
import { userDataOf } from '../lib/services/instances/workload.ts';
import { createEc2, publicParameters } from '../local/aws/ec2/index.ts';
import { createElbv2, ec2View } from '../local/aws/elbv2/index.ts';
import type { StandIn } from '../local/aws/stand-in.ts';
import { realTimers } from '../local/clock.ts';
import { eventually } from '../test/support/eventually.ts';
import { quantile } from './statistics.ts';

export interface BalancerFigures {
  targets: number;
  connections: number;
  rounds: number;
  /** Requests a second, medians of the rounds. */
  balancer: number;
  /** The proxy library alone, in turn to the same targets. */
  bare: number;
  /** Bare by balancer: what choosing, counting and checking cost. Median of the ratios round by round. */
  ratio: number;
  errors: number;
}

const caller = { account: '000000000000', region: 'us-east-1', arn: 'arn:aws:iam::000000000000:root' };
const ami = publicParameters['/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64'];
const hostPort = 8_080;

// biome-ignore lint/suspicious/noExplicitAny: every action has its own input and output types
const call = async (standIn: StandIn, action: string, input: object): Promise<any> =>
  standIn.actions[`${action}Command`]?.(input, caller);

/** A balancer of the stand-in before so many instances of http-echo, all in this process. */
const startBalancer = async (targets: number) => {
  const database = new DatabaseSync(':memory:');
  const context = { timers: realTimers, database, limits: 'roomy' as const, emit: async () => {} };
  const ec2 = createEc2(context, { bootMilliseconds: 0 });
  const elb = createElbv2(context, { ec2: ec2View(ec2, database) });
  const { Vpc } = await call(ec2, 'CreateVpc', { CidrBlock: '10.0.0.0/16' });
  const subnets: string[] = [];
  for (const [index, zone] of ['us-east-1a', 'us-east-1b'].entries()) {
    const input = { VpcId: Vpc.VpcId, CidrBlock: `10.0.${index}.0/24`, AvailabilityZone: zone };
    subnets.push((await call(ec2, 'CreateSubnet', input)).Subnet.SubnetId);
  }
  const userData = userDataOf({ name: 'echo', image: 'http-echo', ports: `${hostPort}:80` }, undefined);
  const { Instances } = await call(ec2, 'RunInstances', {
    ImageId: ami,
    InstanceType: 't3.micro',
    MinCount: targets,
    MaxCount: targets,
    SubnetId: subnets[0],
    UserData: Buffer.from(userData ?? '').toString('base64'),
  });
  const ids: string[] = Instances.map(({ InstanceId }: { InstanceId: string }) => InstanceId);
  await eventually('all instances run', async () =>
    ec2.controls.inspect().every(({ state }) => state === 'running'),
  );
  const { LoadBalancers } = await call(elb, 'CreateLoadBalancer', {
    Name: 'bench',
    Subnets: subnets,
    Scheme: 'internal',
  });
  const LoadBalancerArn = LoadBalancers[0].LoadBalancerArn;
  const { TargetGroups } = await call(elb, 'CreateTargetGroup', {
    Name: 'bench',
    Protocol: 'HTTP',
    Port: hostPort,
    VpcId: Vpc.VpcId,
  });
  const TargetGroupArn = TargetGroups[0].TargetGroupArn;
  await call(elb, 'CreateListener', {
    LoadBalancerArn,
    Protocol: 'HTTP',
    Port: 65_100,
    DefaultActions: [{ Type: 'forward', TargetGroupArn }],
  });
  await call(elb, 'RegisterTargets', { TargetGroupArn, Targets: ids.map((Id) => ({ Id })) });
  const balancer = await eventually('all targets are healthy', async () => {
    const [found] = elb.controls.inspect();
    const health = found?.listeners[0]?.targetGroups[0]?.targets.map((target) => target.health.State);
    return health?.every((state) => state === 'healthy') ? found : undefined;
  });
  return {
    url: `http://${balancer.address}`,
    ports: ids.map((id) => ec2.controls.portOf(id, hostPort) as number),
    close: () => {
      elb.close?.();
      ec2.close?.();
    },
  };
};

/** Ten lines around the library: the same work without anything of ours. */
const startBare = async (ports: readonly number[]) => {
  const agent = new Agent({ keepAlive: true });
  const proxy = new ProxyServer({ agent });
  let turn = 0;
  const server = createServer((request, response) => {
    const port = ports[turn++ % ports.length] as number;
    proxy.web(request, response, { target: { host: '127.0.0.1', port } }, () => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
};

/** Requests a second through the local balancer, and through its proxy library alone, in turns. */
export const measureBalancer = async (
  targets = 3,
  connections = 20,
  rounds = 5,
): Promise<BalancerFigures> => {
  const balancer = await startBalancer(targets);
  const bare = await startBare(balancer.ports);
  let errors = 0;
  const rate = async (url: string): Promise<number> => {
    const load = await autocannon({ url, connections, duration: 3, workers: 1 });
    errors += load.errors + load.non2xx;
    return load.requests.average;
  };
  try {
    for (const url of [bare.url, balancer.url]) await rate(url);
    const measured: { bare: number; balancer: number }[] = [];
    for (let round = 0; round < rounds; round++)
      measured.push({ bare: await rate(bare.url), balancer: await rate(balancer.url) });
    return {
      targets,
      connections,
      rounds,
      balancer: quantile(
        measured.map((round) => round.balancer),
        0.5,
      ),
      bare: quantile(
        measured.map((round) => round.bare),
        0.5,
      ),
      ratio: quantile(
        measured.map((round) => round.bare / round.balancer),
        0.5,
      ),
      errors,
    };
  } finally {
    bare.close();
    balancer.close();
  }
};
