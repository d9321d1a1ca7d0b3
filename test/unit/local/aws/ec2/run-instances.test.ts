import {
  CreateSecurityGroupCommand,
  CreateVpcCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  amazonLinux,
  amazonLinuxArm,
  type Ec2,
  launch,
  launchInput,
  makeNetwork,
  type Network,
  startEc2,
} from './harness.ts';

let ec2: Ec2;
let network: Network;
beforeEach(async () => {
  ec2 = startEc2();
  network = await makeNetwork(ec2);
});

describe('RunInstances', () => {
  it('answers a pending instance with all that AWS tells of one', async () => {
    const reservation = await ec2.send(
      new RunInstancesCommand(
        launchInput(network, {
          ClientToken: 'one',
          TagSpecifications: [
            { ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'web' }] },
            { ResourceType: 'volume', Tags: [{ Key: 'tenant', Value: 'a' }] },
          ],
          BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true } }],
        }),
      ),
    );
    expect(reservation).toMatchObject({
      OwnerId: '000000000000',
      ReservationId: expect.stringMatching(/^r-[0-9a-f]{17}$/),
    });
    expect(reservation.Instances).toEqual([
      expect.objectContaining({
        AmiLaunchIndex: 0,
        Architecture: 'x86_64',
        BlockDeviceMappings: [
          {
            DeviceName: '/dev/xvda',
            Ebs: expect.objectContaining({
              DeleteOnTermination: true,
              VolumeId: expect.stringMatching(/^vol-/),
            }),
          },
        ],
        ClientToken: 'one',
        ImageId: amazonLinux,
        InstanceId: expect.stringMatching(/^i-[0-9a-f]{17}$/),
        InstanceType: 't3.micro',
        LaunchTime: new Date(ec2.timers.now()),
        MetadataOptions: expect.objectContaining({ HttpTokens: 'required', HttpPutResponseHopLimit: 2 }),
        Monitoring: { State: 'disabled' },
        Placement: expect.objectContaining({ AvailabilityZone: 'us-east-1a', Tenancy: 'default' }),
        PrivateDnsName: 'ip-10-0-0-4.ec2.internal',
        PrivateIpAddress: '10.0.0.4',
        PublicIpAddress: undefined,
        SecurityGroups: [{ GroupId: network.groupId, GroupName: 'tenant' }],
        State: { Code: 0, Name: 'pending' },
        StateReason: { Code: 'pending', Message: 'pending' },
        StateTransitionReason: '',
        SubnetId: network.subnetId,
        Tags: [{ Key: 'Name', Value: 'web' }],
        VpcId: network.vpcId,
      }),
    ]);
    const { Volumes } = await ec2.send(new DescribeVolumesCommand({}));
    expect(Volumes).toEqual([
      expect.objectContaining({
        AvailabilityZone: 'us-east-1a',
        Encrypted: true,
        KmsKeyId: 'arn:aws:kms:us-east-1:000000000000:alias/aws/ebs',
        Iops: 3_000,
        Size: 8,
        State: 'in-use',
        Tags: [{ Key: 'tenant', Value: 'a' }],
        Throughput: 125,
        VolumeType: 'gp3',
      }),
    ]);
  });

  it.each<[string, Partial<RunInstancesCommandInput>, string, string]>([
    [
      'no image',
      { ImageId: undefined },
      'MissingParameter',
      'The request must contain the parameter ImageId',
    ],
    [
      'an id that is no image id',
      { ImageId: 'ubuntu' },
      'InvalidAMIID.Malformed',
      'Invalid id: "ubuntu" (expecting "ami-...")',
    ],
    ['a short image id', { ImageId: 'ami-12' }, 'InvalidAMIID.Malformed', 'Invalid id: "ami-12"'],
    [
      'an unknown image',
      { ImageId: 'ami-00000000000000000' },
      'InvalidAMIID.NotFound',
      "The image id '[ami-00000000000000000]' does not exist",
    ],
    [
      'an unknown type',
      { InstanceType: 't9.huge' as never },
      'InvalidParameterValue',
      "Invalid value 't9.huge' for InstanceType.",
    ],
    ['no type', { InstanceType: undefined }, 'InvalidParameterCombination', 'm1.small'],
    [
      'an image of another architecture',
      { ImageId: amazonLinuxArm },
      'InvalidParameterValue',
      "The architecture 'x86_64' of the specified instance type does not match the architecture 'arm64' of the specified AMI.",
    ],
    ['no subnet', { SubnetId: undefined }, 'VPCIdNotSpecified', 'No default VPC for this user'],
    [
      'an unknown subnet',
      { SubnetId: 'subnet-00000000000000000' },
      'InvalidSubnetID.NotFound',
      "The subnet ID 'subnet-00000000000000000' does not exist",
    ],
    [
      'an unknown group',
      { SecurityGroupIds: ['sg-00000000000000000'] },
      'InvalidGroup.NotFound',
      "The security group 'sg-00000000000000000' does not exist",
    ],
    ['a key pair', { KeyName: 'mine' }, 'InvalidKeyPair.NotFound', "The key pair 'mine' does not exist"],
    [
      'user data that is not base64',
      { UserData: '#!/bin/sh' },
      'InvalidUserData.Malformed',
      'Invalid BASE64 encoding of user data.',
    ],
    [
      'user data over 16 KB',
      { UserData: Buffer.alloc(16_385).toString('base64') },
      'InvalidParameterValue',
      'User data is limited to 16384 bytes',
    ],
    [
      'no instances at all',
      { MinCount: 0, MaxCount: 0 },
      'InvalidParameterValue',
      'Value (0) for parameter minCount is invalid.',
    ],
    ['more at least than at most', { MinCount: 2 }, 'InvalidParameterCombination', 'must not be greater'],
    ['no count', { MinCount: undefined }, 'MissingParameter', 'MinCount'],
    [
      'a parameter the stand-in has no idea of',
      { HibernationOptions: { Configured: true } },
      'UnknownParameter',
      'The parameter HibernationOptions is not recognized',
    ],
    [
      'another zone than the subnet',
      { Placement: { AvailabilityZone: 'us-east-1b' } },
      'InvalidParameterValue',
      "'us-east-1b'",
    ],
    [
      'an unknown zone',
      { Placement: { AvailabilityZone: 'mars-1a' } },
      'InvalidParameterValue',
      'Invalid availability zone: [mars-1a]',
    ],
    [
      'a root volume smaller than the image',
      { BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 4 } }] },
      'InvalidBlockDeviceMapping',
      'expect size >= 8GB',
    ],
    [
      'throughput on gp2',
      { BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeType: 'gp2', Throughput: 125 } }] },
      'InvalidParameterValue',
      'throughput',
    ],
    [
      'io2 without iops',
      { BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeType: 'io2' } }] },
      'MissingParameter',
      'iops',
    ],
    [
      'a hop limit of 65',
      { MetadataOptions: { HttpPutResponseHopLimit: 65 } },
      'InvalidParameterValue',
      'HttpPutResponseHopLimit',
    ],
    [
      'an address outside of the subnet',
      { PrivateIpAddress: '10.0.1.9' },
      'InvalidParameterValue',
      "does not fall within the subnet's address range",
    ],
    [
      'an address AWS reserves',
      { PrivateIpAddress: '10.0.0.3' },
      'InvalidParameterValue',
      "is in subnet's reserved address range",
    ],
    [
      "the subnet's last address",
      { PrivateIpAddress: '10.0.0.255' },
      'InvalidParameterValue',
      "is in subnet's reserved address range",
    ],
    [
      'one address for two instances',
      { PrivateIpAddress: '10.0.0.9', MinCount: 2, MaxCount: 2 },
      'InvalidParameterCombination',
      'single instance',
    ],
    [
      'network interfaces beside a subnet',
      { NetworkInterfaces: [{ DeviceIndex: 0 }] },
      'InvalidParameterCombination',
      'instance-level subnet ID',
    ],
    [
      'a tag in a name that AWS reserves',
      { TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'aws:x', Value: '' }] }] },
      'InvalidParameterValue',
      'reserved for internal use',
    ],
    [
      'tags for what a launch does not make',
      { TagSpecifications: [{ ResourceType: 'vpc', Tags: [{ Key: 'a', Value: '' }] }] },
      'InvalidParameterValue',
      "'vpc' is not a valid taggable resource type",
    ],
    [
      '51 tags',
      {
        TagSpecifications: [
          {
            ResourceType: 'instance',
            Tags: Array.from({ length: 51 }, (_, n) => ({ Key: `k${n}`, Value: '' })),
          },
        ],
      },
      'TagLimitExceeded',
      'More than 50 tags specified',
    ],
    [
      'a client token of 65 characters',
      { ClientToken: 'x'.repeat(65) },
      'InvalidParameterValue',
      'clientToken',
    ],
  ])('refuses %s', async (_, changes, name, message) => {
    const refusal = ec2.send(new RunInstancesCommand(launchInput(network, changes)));
    await expect(refusal).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
    expect(ec2.controls.inspect()).toEqual([]);
    expect(ec2.events).toEqual([]);
  });

  it('refuses a group of another VPC', async () => {
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.1.0.0/16' }));
    const { GroupId } = await ec2.send(
      new CreateSecurityGroupCommand({ VpcId: Vpc?.VpcId, GroupName: 'other', Description: 'Elsewhere' }),
    );
    await expect(launch(ec2, network, { SecurityGroupIds: [GroupId ?? ''] })).rejects.toMatchObject({
      name: 'InvalidParameter',
      message: `Security group ${GroupId} and subnet ${network.subnetId} belong to different networks.`,
    });
  });

  it('says what a dry run would have done, and does nothing', async () => {
    await expect(launch(ec2, network, { DryRun: true })).rejects.toMatchObject({
      name: 'DryRunOperation',
      statusCode: 412,
    });
    expect(ec2.controls.inspect()).toEqual([]);
    expect(ec2.events).toEqual([]);
  });

  it('makes as many as there is room for between the minimum and the maximum', async () => {
    ec2.controls.setAccountLimits({ vcpus: 7 });
    const { Instances } = await ec2.send(
      new RunInstancesCommand(launchInput(network, { MinCount: 2, MaxCount: 9 })),
    );
    expect(Instances?.map(({ AmiLaunchIndex }) => AmiLaunchIndex)).toEqual([0, 1, 2]);
    await expect(launch(ec2, network)).rejects.toMatchObject({
      name: 'VcpuLimitExceeded',
      message: expect.stringContaining('your current vCPU limit of 7'),
    });
  });

  it('gives a public address in a subnet or to an interface that asks for one', async () => {
    const { Instances } = await ec2.send(
      new RunInstancesCommand(
        launchInput(network, {
          SubnetId: undefined,
          SecurityGroupIds: undefined,
          NetworkInterfaces: [
            {
              DeviceIndex: 0,
              SubnetId: network.subnetId,
              Groups: [network.groupId],
              AssociatePublicIpAddress: true,
            },
          ],
        }),
      ),
    );
    expect(Instances?.[0]).toMatchObject({
      PublicIpAddress: expect.stringMatching(/^203\.0\.113\./),
      PublicDnsName: expect.stringMatching(/^ec2-203-0-113-\d+\.compute-1\.amazonaws\.com$/),
    });
  });
});

it('keeps accounts and regions apart', async () => {
  const elsewhere = ec2.as({ account: '111111111111' });
  await launch(ec2, network);
  await expect(elsewhere(new RunInstancesCommand(launchInput(network)))).rejects.toMatchObject({
    name: 'InvalidSubnetID.NotFound',
  });
  expect((await elsewhere(new DescribeInstancesCommand({}))).Reservations).toEqual([]);
  expect((await ec2.as({ region: 'eu-west-1' })(new DescribeInstancesCommand({}))).Reservations).toEqual([]);
  expect(ec2.controls.inspect('111111111111')).toEqual([]);
  expect(ec2.controls.inspect('000000000000')).toHaveLength(1);
});
