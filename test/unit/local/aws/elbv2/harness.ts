import { DatabaseSync } from 'node:sqlite';
import { deserialize, serialize } from 'node:v8';
import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeInstancesCommand,
  type EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  type CreateLoadBalancerCommandInput,
  CreateTargetGroupCommand,
  type CreateTargetGroupCommandInput,
  DescribeLoadBalancersCommand,
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
  RegisterTargetsCommand,
  type TargetGroupTuple,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, expect, vi } from 'vitest';
import { userDataOf } from '../../../../../lib/services/instances/workload.ts';
import { createEc2, publicParameters } from '../../../../../local/aws/ec2/index.ts';
import { createElbv2, type Elbv2Options, ec2View } from '../../../../../local/aws/elbv2/index.ts';
import type { Caller, StandIn } from '../../../../../local/aws/stand-in.ts';
import { realTimers, type Timers, VirtualTimers } from '../../../../../local/clock.ts';

const caller: Caller = {
  account: '000000000000',
  region: 'us-east-1',
  arn: 'arn:aws:iam::000000000000:role/worker-reconcile',
};

const ami = publicParameters['/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64'] ?? '';

const running = new Set<{ close(): void }>();

afterEach(() => {
  for (const one of running) one.close();
  running.clear();
});

const clientOf = (standIn: StandIn, by: Caller) => async (command: { input: object }) => {
  const action = standIn.actions[command.constructor.name];
  if (!action) throw new Error(`There is no ${command.constructor.name}`);
  return deserialize(serialize(await action(deserialize(serialize(command.input)), by)));
};

export interface HarnessOptions extends Omit<Elbv2Options, 'ec2'> {
  limits?: 'roomy' | 'default';
  timers?: Timers;
  /** Keep going with what an earlier one left. */
  from?: { database: DatabaseSync };
}

/** The stand-ins for EC2 and for Elastic Load Balancing over one database, asked with real SDK commands. */
export const startElb = ({
  limits = 'roomy',
  timers = realTimers,
  from,
  ...options
}: HarnessOptions = {}) => {
  const database = from?.database ?? new DatabaseSync(':memory:');
  const context = { timers, database, limits, emit: async () => {} };
  const ec2 = createEc2(context, {
    bootMilliseconds: 0,
    stopMilliseconds: 0,
    terminateMilliseconds: 0,
    visibilityDelayMilliseconds: 0,
  });
  const elb = createElbv2(context, {
    probeMilliseconds: 30,
    ec2: ec2View(ec2, database),
    ...options,
  });
  const close = () => {
    elb.close?.();
    ec2.close?.();
  };
  running.add({ close });
  return {
    database,
    timers,
    ec2: clientOf(ec2, caller) as unknown as EC2Client['send'],
    send: clientOf(elb, caller) as unknown as ElasticLoadBalancingV2Client['send'],
    as: (by: Partial<Caller>) =>
      clientOf(elb, { ...caller, ...by }) as unknown as ElasticLoadBalancingV2Client['send'],
    ec2Controls: ec2.controls,
    controls: elb.controls,
    ready: elb.ready,
    close,
  };
};

export type Elb = ReturnType<typeof startElb>;

/** For rules that no socket has a part in. */
export const startOnVirtualClock = (options: HarnessOptions = {}) => {
  const timers = new VirtualTimers();
  return { ...startElb({ ...options, timers }), timers };
};

/** A VPC with an internet gateway, a subnet in each of three zones, and a group. */
export const makeNetwork = async ({ ec2 }: Elb) => {
  const { Vpc } = await ec2(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const vpcId = Vpc?.VpcId ?? '';
  const { InternetGateway } = await ec2(new CreateInternetGatewayCommand({}));
  const gatewayId = InternetGateway?.InternetGatewayId ?? '';
  await ec2(new AttachInternetGatewayCommand({ VpcId: vpcId, InternetGatewayId: gatewayId }));
  const subnetIds: string[] = [];
  for (const [index, zone] of ['a', 'b', 'c'].entries()) {
    const { Subnet } = await ec2(
      new CreateSubnetCommand({
        VpcId: vpcId,
        CidrBlock: `10.0.${index}.0/24`,
        AvailabilityZone: `us-east-1${zone}`,
      }),
    );
    subnetIds.push(Subnet?.SubnetId ?? '');
  }
  const { GroupId: groupId = '' } = await ec2(
    new CreateSecurityGroupCommand({ VpcId: vpcId, GroupName: 'balancers', Description: 'Balancers' }),
  );
  return { vpcId, subnetIds, groupId, gatewayId };
};

export type Network = Awaited<ReturnType<typeof makeNetwork>>;

export const balancerInput = (
  network: Network,
  change: Partial<CreateLoadBalancerCommandInput> = {},
): CreateLoadBalancerCommandInput => ({
  Name: 'web',
  Subnets: network.subnetIds.slice(0, 2),
  SecurityGroups: [network.groupId],
  ...change,
});

export const createBalancer = async (
  elb: Elb,
  network: Network,
  change: Partial<CreateLoadBalancerCommandInput> = {},
): Promise<string> => {
  const { LoadBalancers } = await elb.send(new CreateLoadBalancerCommand(balancerInput(network, change)));
  return LoadBalancers?.[0]?.LoadBalancerArn ?? '';
};

export const createGroup = async (
  elb: Elb,
  network: Network,
  change: Partial<CreateTargetGroupCommandInput> = {},
): Promise<string> => {
  const { TargetGroups } = await elb.send(
    new CreateTargetGroupCommand({
      Name: 'web',
      Protocol: 'HTTP',
      Port: 8080,
      VpcId: network.vpcId,
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
      ...change,
    }),
  );
  return TargetGroups?.[0]?.TargetGroupArn ?? '';
};

export const createListener = async (
  elb: Elb,
  balancerArn: string,
  groups: readonly TargetGroupTuple[],
  port = 65_000,
): Promise<string> => {
  const { Listeners } = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: balancerArn,
      Protocol: 'HTTP',
      Port: port,
      DefaultActions: [{ Type: 'forward', ForwardConfig: { TargetGroups: [...groups] } }],
    }),
  );
  return Listeners?.[0]?.ListenerArn ?? '';
};

/** Launches an http-echo that publishes its port 80 as 8080, and waits until it runs. */
export const launchEcho = async ({ ec2 }: Elb, { subnetIds }: Network, zone = 0): Promise<string> => {
  const userData = userDataOf({ name: 'echo', image: 'http-echo', ports: '8080:80' }, undefined) ?? '';
  const { Instances } = await ec2(
    new RunInstancesCommand({
      ImageId: ami,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      SubnetId: subnetIds[zone],
      UserData: Buffer.from(userData).toString('base64'),
    }),
  );
  const id = Instances?.[0]?.InstanceId ?? '';
  await vi.waitFor(
    async () => {
      const { Reservations } = await ec2(new DescribeInstancesCommand({ InstanceIds: [id] }));
      expect(Reservations?.[0]?.Instances?.[0]?.State?.Name).toBe('running');
    },
    { timeout: 10_000, interval: 5 },
  );
  return id;
};

export const register = (elb: Elb, groupArn: string, ...ids: string[]) =>
  elb.send(new RegisterTargetsCommand({ TargetGroupArn: groupArn, Targets: ids.map((Id) => ({ Id })) }));

export const setDrain = (elb: Elb, groupArn: string, seconds: number) =>
  elb.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn: groupArn,
      Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: String(seconds) }],
    }),
  );

/** State and reason of each target of a group, by instance. */
export const healthOf = async (elb: Elb, groupArn: string): Promise<Record<string, string>> => {
  const { TargetHealthDescriptions = [] } = await elb.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: groupArn }),
  );
  return Object.fromEntries(
    TargetHealthDescriptions.map(({ Target, TargetHealth }) => [
      Target?.Id ?? '',
      [TargetHealth?.State, TargetHealth?.Reason].filter(Boolean).join(' '),
    ]),
  );
};

export const waitForHealth = (elb: Elb, groupArn: string, wanted: Record<string, string>) =>
  vi.waitFor(async () => expect(await healthOf(elb, groupArn)).toEqual(wanted), {
    timeout: 10_000,
    interval: 10,
  });

export const addressOf = async (elb: Elb, arn: string): Promise<string> => {
  const { LoadBalancers } = await elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] }));
  return LoadBalancers?.[0]?.DNSName ?? '';
};

/** A balancer in front of so many healthy instances. */
export const serve = async (elb: Elb, count: number) => {
  const network = await makeNetwork(elb);
  const balancerArn = await createBalancer(elb, network);
  const groupArn = await createGroup(elb, network);
  const listenerArn = await createListener(elb, balancerArn, [{ TargetGroupArn: groupArn }]);
  const ids: string[] = [];
  for (let index = 0; index < count; index++) ids.push(await launchEcho(elb, network, index % 2));
  if (count > 0) await register(elb, groupArn, ...ids);
  await waitForHealth(elb, groupArn, Object.fromEntries(ids.map((id) => [id, 'healthy'])));
  const url = `http://${await addressOf(elb, balancerArn)}`;
  return { network, balancerArn, groupArn, listenerArn, ids, url };
};
