import {
  AssociateRouteTableCommand,
  CreateSubnetCommand,
  DescribeSubnetsCommand,
  type EC2Client,
  ModifySubnetAttributeCommand,
} from '@aws-sdk/client-ec2';
import type { CallBudget } from '../../platform/aws/call-budget.ts';
import { createEc2Calls } from '../../platform/aws/ec2/calls.ts';
import { byRecord, madeFor } from '../../platform/aws/ec2/made-for.ts';
import { removeOrWait } from '../../platform/aws/ec2/remove-or-wait.ts';
import { platformTags } from '../../platform/aws/ec2/tags.ts';
import { BackendError } from '../../platform/lifecycle/types.ts';
import type { SubnetBackend } from './backend.ts';

export interface Ec2SubnetsOptions {
  ec2: EC2Client;
  /** Tries each call once: a creation that has no token must not be sent again by the SDK, or there are two. */
  ec2Once: EC2Client;
  budget: CallBudget;
  stage: string;
}

/** Subnets on Amazon EC2. Only translates: which call comes next is the controller's matter. */
export const createEc2Subnets = ({ ec2, ec2Once, budget, stage }: Ec2SubnetsOptions): SubnetBackend => {
  const calls = createEc2Calls(ec2, budget);
  const { change } = calls;
  const { change: createOnce } = createEc2Calls(ec2Once, budget);
  return {
    async find(recordIds, signal) {
      // To EC2 a question about none means all.
      if (recordIds.length === 0) return new Map();
      const command = new DescribeSubnetsCommand({ Filters: madeFor(stage, recordIds) });
      const { Subnets = [] } = await calls.read(
        'DescribeSubnets',
        (client) => client.send(command, { abortSignal: signal }),
        signal,
      );
      return byRecord(Subnets, ({ SubnetId = '' }) => ({ id: SubnetId }));
    },

    async create({ tenant, id, name }, { vpcId, cidr_block, zone }, signal) {
      const command = new CreateSubnetCommand({
        VpcId: vpcId,
        CidrBlock: cidr_block,
        AvailabilityZone: zone,
        TagSpecifications: [
          { ResourceType: 'subnet', Tags: platformTags({ stage, tenant, name, resource: id }) },
        ],
      });
      const { Subnet } = await createOnce(
        'CreateSubnet',
        (client) => client.send(command, { abortSignal: signal }),
        signal,
      );
      if (!Subnet?.SubnetId) throw new BackendError('ambiguous', 'EC2 answered without a subnet');
      return Subnet.SubnetId;
    },

    async mapPublicAddresses(subnetId, signal) {
      const command = new ModifySubnetAttributeCommand({
        SubnetId: subnetId,
        MapPublicIpOnLaunch: { Value: true },
      });
      await change(
        'ModifySubnetAttribute',
        (client) => client.send(command, { abortSignal: signal }),
        signal,
      );
    },

    async useRouteTable(subnetId, routeTableId, signal) {
      const command = new AssociateRouteTableCommand({ SubnetId: subnetId, RouteTableId: routeTableId });
      await change('AssociateRouteTable', (client) => client.send(command, { abortSignal: signal }), signal);
    },

    delete: (subnetId, signal) => removeOrWait(calls, 'subnet', subnetId, signal),
  };
};
