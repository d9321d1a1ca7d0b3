import type { CreateVpcRequest, CreateVpcResult } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import { defineAction } from '../engine/action.ts';
import { parseVpcBlock } from '../network/vpc-blocks.ts';
import { formatCidr } from '../rules/cidr.ts';
import { newId } from '../rules/ids.ts';
import { allowAll, makeGroup } from '../rules/make-group.ts';
import { parseTagSpecifications } from '../rules/tags.ts';
import type { VpcRecord } from '../store/records.ts';
import { vpcView } from '../views/network-view.ts';

/**
 * Brings a main route table and a default security group with it.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html
 */
export const createVpc = defineAction<CreateVpcRequest, CreateVpcResult>({
  required: ['CidrBlock'],
  optional: ['InstanceTenancy', 'TagSpecifications'],
  perform({ CidrBlock: cidr = '', InstanceTenancy: tenancy, TagSpecifications: specifications }, call) {
    const { vpc: tags = {} } = parseTagSpecifications(specifications, 'vpc');
    const cidrBlock = formatCidr(parseVpcBlock(cidr));
    if (call.vpcs.count() >= call.limits.vpcs)
      throw new AwsError('VpcLimitExceeded', 'The maximum number of VPCs has been reached.');
    const times = { createdAt: call.now, visibleAt: call.visibleAt };
    const vpc: VpcRecord = call.vpcs.put({
      ...times,
      id: newId('vpc'),
      tags,
      cidrBlock,
      associationId: newId('vpc-cidr-assoc'),
      dhcpOptionsId: newId('dopt'),
      instanceTenancy: tenancy === 'dedicated' ? 'dedicated' : 'default',
      enableDnsSupport: true,
      enableDnsHostnames: false,
    });
    call.routeTables.put({
      ...times,
      id: newId('rtb'),
      tags: {},
      vpcId: vpc.id,
      routes: [{ destination: cidrBlock, gatewayId: 'local' }],
      associations: [{ id: newId('rtbassoc') }],
    });
    const group = makeGroup(
      vpc.id,
      'default',
      'default VPC security group',
      {},
      {
        ...call,
        visibleAt: call.now,
      },
    );
    allowAll(group.id, { isEgress: true, cidrIpv4: '0.0.0.0/0' }, call);
    allowAll(group.id, { isEgress: false, referencedGroupId: group.id }, call);
    return { Vpc: { ...vpcView(vpc, call), State: 'pending' } };
  },
});
