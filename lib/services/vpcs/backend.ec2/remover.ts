import {
  DeleteInternetGatewayCommand,
  DeleteRouteTableCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeSecurityGroupsCommand,
  DetachInternetGatewayCommand,
} from '@aws-sdk/client-ec2';
import type { Ec2Calls } from '../../../platform/aws/ec2/calls.ts';
import { codeOf } from '../../../platform/aws/ec2/failures.ts';
import { tagKeys } from '../../../platform/aws/ec2/tags.ts';
import { BackendError } from '../../../platform/lifecycle/types.ts';
import type { VpcBackend } from '../backend.ts';

type Remover = Pick<
  VpcBackend,
  'deleteSubnet' | 'deleteRouteTable' | 'detachGateway' | 'deleteGateway' | 'deleteGroups' | 'deleteVpc'
>;

type Parts = Pick<Ec2Calls, 'read' | 'change'> & { stage: string };

/** The calls that take a VPC apart. */
export const vpcRemover = ({ read, change, stage }: Parts): Remover => ({
  async deleteSubnet(subnetId, signal) {
    const command = new DeleteSubnetCommand({ SubnetId: subnetId });
    await change('DeleteSubnet', (client) => client.send(command, { abortSignal: signal }), signal);
  },

  async deleteRouteTable(routeTableId, signal) {
    const command = new DeleteRouteTableCommand({ RouteTableId: routeTableId });
    await change('DeleteRouteTable', (client) => client.send(command, { abortSignal: signal }), signal);
  },

  async detachGateway(gatewayId, vpcId, signal) {
    const command = new DetachInternetGatewayCommand({ InternetGatewayId: gatewayId, VpcId: vpcId });
    try {
      await change(
        'DetachInternetGateway',
        (client) => client.send(command, { abortSignal: signal }),
        signal,
      );
    } catch (error) {
      const code = error instanceof BackendError ? codeOf(error.cause) : '';
      if (code !== 'Gateway.NotAttached') throw error;
    }
  },

  async deleteGateway(gatewayId, signal) {
    const command = new DeleteInternetGatewayCommand({ InternetGatewayId: gatewayId });
    await change('DeleteInternetGateway', (client) => client.send(command, { abortSignal: signal }), signal);
  },

  async deleteGroups(vpcId, signal) {
    const describe = new DescribeSecurityGroupsCommand({
      Filters: [
        { Name: 'vpc-id', Values: [vpcId] },
        { Name: `tag:${tagKeys.stage}`, Values: [stage] },
      ],
    });
    const { SecurityGroups = [] } = await read(
      'DescribeSecurityGroups',
      (client) => client.send(describe, { abortSignal: signal }),
      signal,
    );
    for (const { GroupId, GroupName } of SecurityGroups) {
      if (GroupName === 'default') continue;
      const command = new DeleteSecurityGroupCommand({ GroupId });
      await change('DeleteSecurityGroup', (client) => client.send(command, { abortSignal: signal }), signal);
    }
  },

  async deleteVpc(vpcId, signal) {
    const command = new DeleteVpcCommand({ VpcId: vpcId });
    await change('DeleteVpc', (client) => client.send(command, { abortSignal: signal }), signal);
  },
});
