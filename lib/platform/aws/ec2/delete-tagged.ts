import {
  DeleteInternetGatewayCommand,
  DeleteRouteTableCommand,
  DeleteSecurityGroupCommand,
  DeleteSnapshotCommand,
  DeleteSubnetCommand,
  DeleteVolumeCommand,
  DeleteVpcCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import type { Ec2Calls } from './calls.ts';
import { backendError, codeOf } from './failures.ts';
import { isShown, type ShownKind } from './is-shown.ts';

type Send = (client: EC2Client, id: string, abortSignal: AbortSignal) => Promise<unknown>;

/** By kind: the action, EC2's code for one that it does not know, and the call. */
const deletes: Record<ShownKind, readonly [action: string, absent: string, send: Send]> = {
  vpc: [
    'DeleteVpc',
    'InvalidVpcID.NotFound',
    (client, VpcId, abortSignal) => client.send(new DeleteVpcCommand({ VpcId }), { abortSignal }),
  ],
  subnet: [
    'DeleteSubnet',
    'InvalidSubnetID.NotFound',
    (client, SubnetId, abortSignal) => client.send(new DeleteSubnetCommand({ SubnetId }), { abortSignal }),
  ],
  'route-table': [
    'DeleteRouteTable',
    'InvalidRouteTableID.NotFound',
    (client, RouteTableId, abortSignal) =>
      client.send(new DeleteRouteTableCommand({ RouteTableId }), { abortSignal }),
  ],
  'internet-gateway': [
    'DeleteInternetGateway',
    'InvalidInternetGatewayID.NotFound',
    (client, InternetGatewayId, abortSignal) =>
      client.send(new DeleteInternetGatewayCommand({ InternetGatewayId }), { abortSignal }),
  ],
  'security-group': [
    'DeleteSecurityGroup',
    'InvalidGroup.NotFound',
    (client, GroupId, abortSignal) =>
      client.send(new DeleteSecurityGroupCommand({ GroupId }), { abortSignal }),
  ],
  volume: [
    'DeleteVolume',
    'InvalidVolume.NotFound',
    (client, VolumeId, abortSignal) => client.send(new DeleteVolumeCommand({ VolumeId }), { abortSignal }),
  ],
  snapshot: [
    'DeleteSnapshot',
    'InvalidSnapshot.NotFound',
    (client, SnapshotId, abortSignal) =>
      client.send(new DeleteSnapshotCommand({ SnapshotId }), { abortSignal }),
  ],
};

/**
 * Whether EC2 refused a call because the thing is not there. What is gone has no tags, by which the right to change it is
 * given: then EC2 may say that the call is forbidden, and not that the thing is unknown. What it still shows was refused
 * for good reason.
 * @param absent EC2's code for a thing of this kind that it does not know
 */
export const isAbsent = async (
  error: unknown,
  absent: string,
  { calls, kind, id }: { calls: Pick<Ec2Calls, 'read'>; kind: ShownKind; id: string },
  signal: AbortSignal,
): Promise<boolean> => {
  const code = codeOf(error);
  return code === absent || (code === 'UnauthorizedOperation' && !(await isShown(calls, kind, id, signal)));
};

/**
 * Deletes a thing whose tags give the right to.
 *
 * @returns `absent` where EC2 does not know it: it is gone, or was made so lately that it does not show yet
 * @throws BackendError `not_yet` for one that is still used
 */
export const deleteTagged = async (
  calls: Pick<Ec2Calls, 'read' | 'attempt'>,
  kind: ShownKind,
  id: string,
  signal: AbortSignal,
): Promise<'deleted' | 'absent'> => {
  const [action, absent, send] = deletes[kind];
  try {
    await calls.attempt(action, (client) => send(client, id, signal), signal);
    return 'deleted';
  } catch (error) {
    if (await isAbsent(error, absent, { calls, kind, id }, signal)) return 'absent';
    throw backendError(error, true);
  }
};
