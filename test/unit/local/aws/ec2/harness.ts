import { DatabaseSync } from 'node:sqlite';
import { deserialize, serialize } from 'node:v8';
import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeInstancesCommand,
  type EC2Client,
  type Instance,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import { createEc2, type Ec2Options, publicParameters } from '../../../../../local/aws/ec2/index.ts';
import type { Caller, StandInContext } from '../../../../../local/aws/stand-in.ts';
import { VirtualTimers } from '../../../../../local/clock.ts';

export const caller: Caller = {
  account: '000000000000',
  region: 'us-east-1',
  arn: 'arn:aws:iam::000000000000:role/worker-reconcile',
};

export const amazonLinux =
  publicParameters['/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64'] ?? '';
export const amazonLinuxArm =
  publicParameters['/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64'] ?? '';

type Event = Parameters<StandInContext['emit']>[0];

export interface HarnessOptions extends Ec2Options {
  limits?: 'roomy' | 'default';
  /** In place of the list of events. */
  emit?: StandInContext['emit'];
  /** Keep going with what an earlier one left. */
  from?: { database: DatabaseSync; timers: VirtualTimers };
}

/** The stand-in on a virtual clock, asked with real SDK commands; what goes in and out is copied as over a wire. */
export const startEc2 = ({ limits = 'roomy', from, emit, ...options }: HarnessOptions = {}) => {
  const database = from?.database ?? new DatabaseSync(':memory:');
  const timers = from?.timers ?? new VirtualTimers();
  const events: Event[] = [];
  const standIn = createEc2(
    {
      timers,
      database,
      limits,
      emit:
        emit ??
        (async (event) => {
          events.push(event);
        }),
    },
    options,
  );

  const clientOf = (by: Caller) =>
    (async (command: { input: object }) => {
      const action = standIn.actions[command.constructor.name];
      if (!action) throw new Error(`There is no ${command.constructor.name}`);
      return deserialize(serialize(await action(deserialize(serialize(command.input)), by)));
    }) as unknown as EC2Client['send'];

  return {
    database,
    timers,
    events,
    standIn,
    controls: standIn.controls,
    send: clientOf(caller),
    as: (by: Partial<Caller>) => clientOf({ ...caller, ...by }),
    /** States in the order in which events told of them. */
    states: () => events.map(({ detail }) => (detail as { state: string }).state),
  };
};

export type Ec2 = ReturnType<typeof startEc2>;

/** A VPC with one subnet in the first zone and one group. */
export const makeNetwork = async (ec2: Ec2, cidr = '10.0.0.0/24', send = ec2.send) => {
  const { Vpc } = await send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const VpcId = Vpc?.VpcId ?? '';
  const { Subnet } = await send(
    new CreateSubnetCommand({ VpcId, CidrBlock: cidr, AvailabilityZone: 'us-east-1a' }),
  );
  const { GroupId } = await send(
    new CreateSecurityGroupCommand({ VpcId, GroupName: 'tenant', Description: 'One tenant' }),
  );
  return { vpcId: VpcId, subnetId: Subnet?.SubnetId ?? '', groupId: GroupId ?? '' };
};

export type Network = Awaited<ReturnType<typeof makeNetwork>>;

/** A launch that is right in every way. */
export const launchInput = (
  { subnetId, groupId }: Pick<Network, 'subnetId' | 'groupId'>,
  changes: Partial<RunInstancesCommandInput> = {},
): RunInstancesCommandInput => ({
  ImageId: amazonLinux,
  InstanceType: 't3.micro',
  MinCount: 1,
  MaxCount: 1,
  SubnetId: subnetId,
  SecurityGroupIds: [groupId],
  ...changes,
});

export const launch = async (
  ec2: Ec2,
  network: Network,
  changes: Partial<RunInstancesCommandInput> = {},
): Promise<string> => {
  const { Instances } = await ec2.send(new RunInstancesCommand(launchInput(network, changes)));
  return Instances?.[0]?.InstanceId ?? '';
};

export const describeOne = async (ec2: Ec2, id: string): Promise<Instance> => {
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  return Reservations?.[0]?.Instances?.[0] as Instance;
};
