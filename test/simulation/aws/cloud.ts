import { DatabaseSync } from 'node:sqlite';
import { createCloudWatch } from '../../../local/aws/cloudwatch/index.ts';
import { createEc2, publicParameters } from '../../../local/aws/ec2/index.ts';
import { createElbv2, ec2View, type LocalNetwork } from '../../../local/aws/elbv2/index.ts';
import { createIam } from '../../../local/aws/iam/index.ts';
import { createLogs } from '../../../local/aws/logs/index.ts';
import { createSsm } from '../../../local/aws/ssm/index.ts';
import type { Caller, StandIn, StandInContext } from '../../../local/aws/stand-in.ts';
import { withIdempotencyToken } from '../../../local/aws/wire/idempotency-token.ts';
import type { AwsCall } from '../engine/ambient.ts';
import type { Chaos } from '../engine/chaos.ts';
import type { Scheduler } from '../engine/scheduler.ts';

export const account = '000000000000';
export const region = 'us-east-1';
export const zones = ['us-east-1a', 'us-east-1b'] as const;

const caller: Caller = { account, region, arn: `arn:aws:iam::${account}:role/platform` };

/** Every running machine answers its health checks, and nothing listens on a real port. */
const pretended: LocalNetwork = {
  open: () => ({ listen: async ([first = 1]) => first, close: () => undefined }),
  probe: async () => ({ status: 200 }),
};

export interface CloudOptions {
  scheduler: Scheduler;
  chaos: Chaos;
  emit: StandInContext['emit'];
}

/** The engine's stand-ins for what the platform works on, in memory and in virtual time. */
export const openCloud = ({ scheduler, chaos, emit }: CloudOptions) => {
  const { random } = chaos;
  const database = new DatabaseSync(':memory:');
  const limits = random.chance(0.5) ? 'default' : 'roomy';
  const problems: string[] = [];
  const report = (problem: unknown): void => {
    problems.push(String(problem));
  };
  const context: StandInContext = { timers: scheduler, database, limits, emit };
  const ec2 = createEc2(context, {
    bootMilliseconds: random.between(200, 20_000),
    stopMilliseconds: random.between(100, 15_000),
    terminateMilliseconds: random.between(100, 15_000),
    volumeMilliseconds: random.between(100, 5_000),
    attachmentMilliseconds: random.between(50, 5_000),
    modificationMilliseconds: random.between(100, 10_000),
    snapshotMilliseconds: random.between(100, 60_000),
    accountLimits: {
      vcpus: random.chance(0.2) ? 8 : 1_000,
      vpcs: 50,
      internetGateways: 50,
      restingVolumes: false,
    },
    onEventFailure: report,
    report,
  });
  const view = ec2View(ec2, database);
  const elb = createElbv2(context, {
    ec2: {
      ...view,
      reach: (instanceId, port) =>
        ec2.controls.loadOf(account, instanceId) === undefined ? undefined : port,
    },
    provisioningMilliseconds: random.between(100, 30_000),
    probeMilliseconds: 5_000,
    network: pretended,
    report,
  });
  const ssm = createSsm({ timers: scheduler, database }, { publicParameters });
  const cloudWatch = createCloudWatch(context, { loadOf: ec2.controls.loadOf });
  const iam = createIam(context);
  const all: StandIn[] = [ec2, elb, ssm, cloudWatch, iam, createLogs(context)];
  const standIns = new Map(all.map((one) => [one.client, one]));

  const perform = async ({ client, command, input }: Pick<AwsCall, 'client' | 'command' | 'input'>) => {
    const action = standIns.get(client)?.actions[command];
    if (!action) throw new Error(`nothing stands in for ${client} ${command}`);
    return action(withIdempotencyToken(command, structuredClone(input)) as never, caller);
  };

  /** One command of the operator who set the account up. */
  const setUp = async <T>(client: string, command: string, input: object): Promise<T> =>
    (await perform({ client, command: `${command}Command`, input })) as T;

  return {
    ec2: ec2.controls,
    elb: elb.controls,
    iam: iam.controls,
    problems,
    perform,
    /** The landing network, as the network stack makes it. */
    async makeLanding(): Promise<{ vpcId: string; subnets: { subnetId: string; zone: string }[] }> {
      const { Vpc } = await setUp<{ Vpc: { VpcId: string } }>('EC2Client', 'CreateVpc', {
        CidrBlock: '172.30.0.0/16',
      });
      const subnets = [];
      for (const [index, zone] of zones.entries()) {
        const { Subnet } = await setUp<{ Subnet: { SubnetId: string } }>('EC2Client', 'CreateSubnet', {
          VpcId: Vpc.VpcId,
          CidrBlock: `172.30.${index}.0/24`,
          AvailabilityZone: zone,
        });
        subnets.push({ subnetId: Subnet.SubnetId, zone });
      }
      await scheduler.sleep(2_000);
      return { vpcId: Vpc.VpcId, subnets };
    },
    close(): void {
      elb.close?.();
      ec2.close?.();
      database.close();
    },
  };
};

export type Cloud = ReturnType<typeof openCloud>;
