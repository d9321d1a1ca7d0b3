import {
  type _InstanceType,
  type EC2Client,
  ModifyInstanceAttributeCommand,
  RebootInstancesCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { CallBudget } from '../../platform/aws/call-budget.ts';
import { createEc2Calls } from '../../platform/aws/ec2/calls.ts';
import { backendError, codeOf } from '../../platform/aws/ec2/failures.ts';
import { platformTags } from '../../platform/aws/ec2/tags.ts';
import type { Clock } from '../../platform/clock.ts';
import { BackendError } from '../../platform/lifecycle/types.ts';
import type { CloudNetwork } from './attachments.ts';
import { createImageResolver } from './backend.ec2/image-resolver.ts';
import { refusalOf } from './backend.ec2/launch-refusal.ts';
import {
  describeById,
  describeByToken,
  describeFleet,
  describeLaunched,
  machineOf,
} from './backend.ec2/machines.ts';
import { createTenantGroups } from './backend.ec2/tenant-groups.ts';
import { together } from './backend.ec2/together.ts';
import type { Compute, Fleet, LaunchRequest } from './backend.ts';
import { instanceTypes } from './instance-types.ts';
import { groupIdsOf, type Placement } from './record.ts';

export interface Ec2ComputeOptions {
  ec2: EC2Client;
  ssm: SSMClient;
  budget: CallBudget;
  clock: Clock;
  stage: string;
  /** The landing network: every machine goes into one of its subnets, never into the account's default network. */
  vpcId: string;
  subnets: readonly { subnetId: string; zone: string }[];
  homeZone: string;
}

/** One instance's launch, or with `count` that of a batch: as many of them as there is room for. */
const runInstancesInput = (
  request: Omit<LaunchRequest, 'privateIp'> & Partial<Pick<LaunchRequest, 'privateIp'>>,
  stage: string,
  count?: number,
): RunInstancesCommandInput => {
  const { id, tenant, name } = request;
  const owner = count === undefined ? { instance: id } : { launchBatch: id };
  const tags = platformTags({ stage, tenant, name, ...owner });
  return {
    ImageId: request.placement.ami,
    InstanceType: request.instanceType as _InstanceType,
    MinCount: 1,
    MaxCount: count ?? 1,
    ClientToken: request.token,
    SubnetId: request.placement.subnet_id,
    PrivateIpAddress: request.privateIp,
    SecurityGroupIds: groupIdsOf(request.placement),
    Monitoring: request.detailedMonitoring ? { Enabled: true } : undefined,
    UserData: request.userData === undefined ? undefined : Buffer.from(request.userData).toString('base64'),
    MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
    BlockDeviceMappings: [
      {
        DeviceName: request.placement.root_device,
        Ebs: {
          Encrypted: true,
          DeleteOnTermination: true,
          VolumeType: 'gp3',
          VolumeSize: request.placement.root_size,
        },
      },
    ],
    TagSpecifications: [
      { ResourceType: 'instance', Tags: tags },
      { ResourceType: 'volume', Tags: tags },
    ],
  };
};

/** The Compute port on Amazon EC2. Only translates: which call comes next is the controller's matter. */
export const createEc2Compute = ({
  ec2,
  ssm,
  budget,
  clock,
  stage,
  vpcId,
  subnets,
  homeZone,
}: Ec2ComputeOptions): Compute => {
  const calls = createEc2Calls(ec2, budget);
  const resolveImage = createImageResolver({ calls, ssm, clock });
  const groups = createTenantGroups({ calls, clock, stage });
  const indexOf = (wanted: string): number =>
    Math.max(
      subnets.findIndex(({ zone }) => zone === wanted),
      0,
    );

  const landing = (zone: string | undefined, home: string, turn: number): CloudNetwork => {
    const subnet =
      zone === undefined
        ? subnets[(indexOf(home) + turn) % subnets.length]
        : subnets.find((candidate) => candidate.zone === zone);
    if (!subnet)
      throw new BackendError('rejected', `the landing network has no subnet in ${zone ?? 'any zone'}`);
    return { vpcId, subnetId: subnet.subnetId, zone: subnet.zone, groupIds: [] };
  };

  const groupsOf = async (
    tenant: string,
    openPorts: readonly number[],
    network: CloudNetwork,
    signal: AbortSignal,
  ): Promise<Pick<Placement, 'group_id' | 'group_ids'>> =>
    network.groupIds.length > 0
      ? { group_ids: [...network.groupIds] }
      : { group_id: await groups.ensure(network.vpcId, tenant, openPorts, signal) };

  /** One call for several instances. EC2 counts both; of one that can't be changed it says so, and changes none. */
  const ofMany = (
    action: string,
    counted: string,
    send: (
      client: EC2Client,
      input: { InstanceIds: string[] },
      options: { abortSignal: AbortSignal },
    ) => unknown,
  ) =>
    together(async (ids, signal) => {
      await calls.change(
        action,
        async (client) => {
          if (ids.length > 1) await budget.take(counted, signal, ids.length - 1);
          return send(client, { InstanceIds: [...ids] }, { abortSignal: signal });
        },
        signal,
      );
    });

  return {
    zones: subnets.length,

    async place(request, signal) {
      const { tenant, image, instanceType, openPorts, network, zone, zoneTurn } = request;
      const place = network ?? landing(zone, request.homeZone ?? homeZone, zoneTurn);
      const type = instanceTypes.get(instanceType);
      if (!type) throw new BackendError('rejected', `${instanceType} is no longer offered`);
      const [resolved, grouped] = await Promise.all([
        resolveImage(image, type.architecture, signal),
        groupsOf(tenant, openPorts, place, signal),
      ]);
      return { ...resolved, ...grouped, subnet_id: place.subnetId, zone: place.zone };
    },

    async launch(request, signal) {
      try {
        const { Instances = [] } = await calls.attempt(
          'RunInstances',
          (client) =>
            client.send(new RunInstancesCommand(runInstancesInput(request, stage)), { abortSignal: signal }),
          signal,
        );
        const [instance] = Instances;
        if (!instance) throw new BackendError('ambiguous', 'EC2 launched no instance');
        return { outcome: 'launched', machine: machineOf(instance) };
      } catch (error) {
        const { group_id } = request.placement;
        if (codeOf(error) === 'InvalidGroup.NotFound' && group_id) groups.forget(group_id);
        const refusal = refusalOf(error);
        if (refusal) return refusal;
        if (codeOf(error) !== 'IdempotentParameterMismatch') throw backendError(error, true);
        // The name or the platform's own user data changed between two tries: the machine of the first is the one.
        const machine = (await describeByToken(calls, [request.token], signal)).get(request.token);
        if (machine) return { outcome: 'launched', machine };
        throw new BackendError('not_yet', 'waiting for the machine to become visible', error);
      }
    },

    async launchMany(request, signal) {
      const { count, placement, token } = request;
      try {
        const { Instances = [] } = await calls.attempt(
          'RunInstances',
          async (client) => {
            // The first is as rare as the call; EC2 counts the others too.
            if (count > 1) await budget.take('LaunchedInstances', signal, count - 1);
            const command = new RunInstancesCommand(runInstancesInput(request, stage, count));
            return client.send(command, { abortSignal: signal });
          },
          signal,
        );
        if (Instances.length === 0) throw new BackendError('ambiguous', 'EC2 launched no instance');
        return { outcome: 'launched', machines: Instances.map(machineOf), complete: true };
      } catch (error) {
        const code = codeOf(error);
        if (code === 'InvalidGroup.NotFound' && placement.group_id) groups.forget(placement.group_id);
        // Some of its machines have ended, or the platform's own user data changed between two tries: the rest are theirs.
        if (code === 'IdempotentInstanceTerminated' || code === 'IdempotentParameterMismatch')
          return {
            outcome: 'launched',
            machines: await describeLaunched(calls, token, signal),
            complete: false,
          };
        const refusal = refusalOf(error);
        if (refusal) return refusal;
        throw backendError(error, true);
      }
    },

    describe: (machineIds, signal) => describeById(calls, machineIds, signal),
    findByToken: (tokens, signal) => describeByToken(calls, tokens, signal),
    findLaunched: (token, signal) => describeLaunched(calls, token, signal),

    start: ofMany('StartInstances', 'StartedInstances', (client, input, options) =>
      client.send(new StartInstancesCommand(input), options),
    ),
    stop: ofMany('StopInstances', 'StoppedInstances', (client, input, options) =>
      client.send(new StopInstancesCommand(input), options),
    ),
    terminate: ofMany('TerminateInstances', 'TerminatedInstances', (client, input, options) =>
      client.send(new TerminateInstancesCommand(input), options),
    ),

    async reboot(machineId, signal) {
      const command = new RebootInstancesCommand({ InstanceIds: [machineId] });
      await calls.change(
        'RebootInstances',
        (client) => client.send(command, { abortSignal: signal }),
        signal,
      );
    },

    async regroup({ tenant, machineId, openPorts, network }, signal) {
      const grouped = await groupsOf(tenant, openPorts, network, signal);
      const command = new ModifyInstanceAttributeCommand({
        InstanceId: machineId,
        Groups: groupIdsOf(grouped),
      });
      await calls.change(
        'ModifyInstanceAttribute',
        (client) => client.send(command, { abortSignal: signal }),
        signal,
      );
      return grouped;
    },

    releaseGroup: (groupId, signal) => groups.release(groupId, signal),
  };
};

/** The machines of a stage on Amazon EC2; a thousand a call. */
export const createEc2Fleet = ({
  ec2,
  budget,
  stage,
}: Pick<Ec2ComputeOptions, 'ec2' | 'budget' | 'stage'>): Fleet => {
  const calls = createEc2Calls(ec2, budget);
  return { pages: (signal) => describeFleet(calls, stage, signal) };
};
