import { DescribeSecurityGroupsCommand, DetachInternetGatewayCommand } from '@aws-sdk/client-ec2';
import type { Ec2Calls } from '../../../platform/aws/ec2/calls.ts';
import { deleteTagged, isAbsent } from '../../../platform/aws/ec2/delete-tagged.ts';
import { backendError, codeOf } from '../../../platform/aws/ec2/failures.ts';
import { removeOrWait } from '../../../platform/aws/ec2/remove-or-wait.ts';
import { tagKeys } from '../../../platform/aws/ec2/tags.ts';
import type { VpcBackend } from '../backend.ts';

type Remover = Pick<
  VpcBackend,
  'deleteSubnet' | 'deleteRouteTable' | 'detachGateway' | 'deleteGateway' | 'deleteGroups' | 'deleteVpc'
>;

/** The calls that take a VPC apart. */
export const vpcRemover = (calls: Pick<Ec2Calls, 'read' | 'attempt'> & { stage: string }): Remover => ({
  deleteSubnet: (id, signal) => removeOrWait(calls, 'subnet', id, signal),
  deleteRouteTable: (id, signal) => removeOrWait(calls, 'route-table', id, signal),
  deleteGateway: (id, signal) => removeOrWait(calls, 'internet-gateway', id, signal),
  deleteVpc: (id, signal) => removeOrWait(calls, 'vpc', id, signal),

  async detachGateway(id, vpcId, signal) {
    const command = new DetachInternetGatewayCommand({ InternetGatewayId: id, VpcId: vpcId });
    try {
      await calls.attempt(
        'DetachInternetGateway',
        (client) => client.send(command, { abortSignal: signal }),
        signal,
      );
    } catch (error) {
      if (codeOf(error) === 'Gateway.NotAttached') return;
      const gateway = { calls, kind: 'internet-gateway', id } as const;
      // The delete of it, which follows, knows what an absent one means.
      if (await isAbsent(error, 'InvalidInternetGatewayID.NotFound', gateway, signal)) return;
      throw backendError(error, true);
    }
  },

  async deleteGroups(vpcId, signal) {
    const describe = new DescribeSecurityGroupsCommand({
      Filters: [
        { Name: 'vpc-id', Values: [vpcId] },
        { Name: `tag:${tagKeys.stage}`, Values: [calls.stage] },
      ],
    });
    const { SecurityGroups = [] } = await calls.read(
      'DescribeSecurityGroups',
      (client) => client.send(describe, { abortSignal: signal }),
      signal,
    );
    // It was shown just now: one that is absent is gone.
    for (const { GroupId = '', GroupName } of SecurityGroups)
      if (GroupName !== 'default') await deleteTagged(calls, 'security-group', GroupId, signal);
  },
});
