import {
  CreateInternetGatewayCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSnapshotCommand,
  CreateSubnetCommand,
  CreateVolumeCommand,
  CreateVpcCommand,
  DescribeVolumesCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { unlimited } from '../../../../../lib/platform/aws/call-budget.ts';
import { createEc2Calls } from '../../../../../lib/platform/aws/ec2/calls.ts';
import { deleteTagged } from '../../../../../lib/platform/aws/ec2/delete-tagged.ts';
import { isShown, type ShownKind } from '../../../../../lib/platform/aws/ec2/is-shown.ts';
import { removeOrWait } from '../../../../../lib/platform/aws/ec2/remove-or-wait.ts';
import { type StandInCloud, startStandIn } from '../../../../conformance/compute/stand-in-cloud.ts';
import { eventually } from '../../../../support/eventually.ts';

let cloud: StandInCloud;
beforeAll(async () => {
  cloud = await startStandIn();
});
afterEach(() => cloud.controls.faults.clear());
afterAll(() => cloud?.stop());

const signal = new AbortController().signal;

const newVpc = async (ec2: EC2Client): Promise<string> => {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  return Vpc?.VpcId ?? '';
};
const newVolume = async (ec2: EC2Client): Promise<string> => {
  const command = new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1 });
  const { VolumeId = '' } = await ec2.send(command);
  await eventually('the volume is available', async () => {
    const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({ VolumeIds: [VolumeId] }));
    return Volumes[0]?.State === 'available';
  });
  return VolumeId;
};

const made: Record<ShownKind, (ec2: EC2Client) => Promise<string | undefined>> = {
  vpc: newVpc,
  volume: newVolume,
  subnet: async (ec2) => {
    const command = new CreateSubnetCommand({ VpcId: await newVpc(ec2), CidrBlock: '10.0.0.0/24' });
    return (await ec2.send(command)).Subnet?.SubnetId;
  },
  'route-table': async (ec2) =>
    (await ec2.send(new CreateRouteTableCommand({ VpcId: await newVpc(ec2) }))).RouteTable?.RouteTableId,
  'internet-gateway': async (ec2) =>
    (await ec2.send(new CreateInternetGatewayCommand({}))).InternetGateway?.InternetGatewayId,
  'security-group': async (ec2) => {
    const command = new CreateSecurityGroupCommand({
      VpcId: await newVpc(ec2),
      GroupName: 'web',
      Description: 'web',
    });
    return (await ec2.send(command)).GroupId;
  },
  snapshot: async (ec2) =>
    (await ec2.send(new CreateSnapshotCommand({ VolumeId: await newVolume(ec2) }))).SnapshotId,
};
const deleteOf: Record<ShownKind, string> = {
  vpc: 'DeleteVpc',
  subnet: 'DeleteSubnet',
  'route-table': 'DeleteRouteTable',
  'internet-gateway': 'DeleteInternetGateway',
  'security-group': 'DeleteSecurityGroup',
  volume: 'DeleteVolume',
  snapshot: 'DeleteSnapshot',
};

describe.each(Object.keys(made) as ShownKind[])('the delete of a %s', (kind) => {
  const calls = () => createEc2Calls(cloud.ec2, unlimited);
  /** A volume is a moment in going. */
  const absent = (id: string) =>
    eventually('it is gone', async () => (await deleteTagged(calls(), kind, id, signal)) === 'absent');
  const make = async () => (await made[kind](cloud.ec2)) ?? '';

  it('says what it came to, the first time and the second', async () => {
    const id = await make();
    expect(await isShown(calls(), kind, id, signal)).toBe(true);
    expect(await deleteTagged(calls(), kind, id, signal)).toBe('deleted');
    expect(await isShown(calls(), kind, id, signal)).toBe(false);
    await absent(id);
  });

  it('takes “forbidden” of what is gone as an answer', async () => {
    const id = await make();
    cloud.controls.faults.add({
      action: deleteOf[kind],
      kind: 'after',
      error: 'UnauthorizedOperation',
      times: 2,
    });
    expect(await deleteTagged(calls(), kind, id, signal)).toBe('absent');
  });

  it('passes on “forbidden” of what is there', async () => {
    const id = await make();
    cloud.controls.faults.add({ action: deleteOf[kind], kind: 'before', error: 'UnauthorizedOperation' });
    await expect(deleteTagged(calls(), kind, id, signal)).rejects.toMatchObject({
      failure: 'broken',
      publicMessage: 'EC2 failed (UnauthorizedOperation)',
    });
    expect(await isShown(calls(), kind, id, signal)).toBe(true);
  });

  it('leaves it to a later look what an absent one means, where its caller can’t know', async () => {
    const id = await make();
    await removeOrWait(calls(), kind, id, signal);
    await absent(id);
    await expect(removeOrWait(calls(), kind, id, signal)).rejects.toMatchObject({ failure: 'not_yet' });
  });
});
