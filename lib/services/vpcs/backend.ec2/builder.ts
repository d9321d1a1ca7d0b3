import {
  AssociateRouteTableCommand,
  AssociateVpcCidrBlockCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeVpcsCommand,
  ModifyVpcAttributeCommand,
  type ResourceType,
  type TagSpecification,
} from '@aws-sdk/client-ec2';
import type { Ec2Calls } from '../../../platform/aws/ec2/calls.ts';
import { codeOf } from '../../../platform/aws/ec2/failures.ts';
import { platformTags } from '../../../platform/aws/ec2/tags.ts';
import { BackendError } from '../../../platform/lifecycle/types.ts';
import type { Owner, VpcBackend } from '../backend.ts';

type Builder = Pick<
  VpcBackend,
  | 'createVpc'
  | 'createGateway'
  | 'createRouteTable'
  | 'createSubnet'
  | 'enableDnsHostnames'
  | 'attachGateway'
  | 'routeToGateway'
  | 'addBlock'
  | 'useRouteTable'
>;

type Parts = Pick<Ec2Calls, 'read' | 'change'> & {
  /** `change`, without the SDK's repeats. */
  create: Ec2Calls['change'];
  stage: string;
};

const everywhere = '0.0.0.0/0';

/** The id in an answer. @throws BackendError `ambiguous` where there is none */
const given = (id: string | undefined, what: string): string => {
  if (!id) throw new BackendError('ambiguous', `EC2 answered without a ${what}`);
  return id;
};

/** Takes a refusal with this code for success: it says that the call was made before. */
const unlessDone = async (code: string, call: Promise<unknown>): Promise<void> => {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof BackendError) || codeOf(error.cause) !== code) throw error;
  }
};

/** The calls that make a VPC and its parts. */
export const vpcBuilder = ({ read, change, create, stage }: Parts): Builder => {
  const tagged = (type: ResourceType, { tenant, id, name }: Owner): TagSpecification[] => [
    { ResourceType: type, Tags: platformTags({ stage, tenant, name, resource: id }) },
  ];

  const hasBlock = async (vpcId: string, cidr_block: string, signal: AbortSignal): Promise<boolean> => {
    const command = new DescribeVpcsCommand({ VpcIds: [vpcId] });
    const { Vpcs = [] } = await read(
      'DescribeVpcs',
      (client) => client.send(command, { abortSignal: signal }),
      signal,
    );
    return (Vpcs[0]?.CidrBlockAssociationSet ?? []).some(
      ({ CidrBlock, CidrBlockState }) =>
        CidrBlock === cidr_block && ['associating', 'associated'].includes(CidrBlockState?.State ?? ''),
    );
  };

  return {
    async createVpc(owner, cidr_block, signal) {
      const command = new CreateVpcCommand({
        CidrBlock: cidr_block,
        TagSpecifications: tagged('vpc', owner),
      });
      const { Vpc } = await create(
        'CreateVpc',
        (client) => client.send(command, { abortSignal: signal }),
        signal,
      );
      return given(Vpc?.VpcId, 'VPC');
    },

    async createGateway(owner, signal) {
      const command = new CreateInternetGatewayCommand({
        TagSpecifications: tagged('internet-gateway', owner),
      });
      const { InternetGateway } = await create(
        'CreateInternetGateway',
        (client) => client.send(command, { abortSignal: signal }),
        signal,
      );
      return given(InternetGateway?.InternetGatewayId, 'gateway');
    },

    async createRouteTable(owner, vpcId, signal) {
      const command = new CreateRouteTableCommand({
        VpcId: vpcId,
        TagSpecifications: tagged('route-table', owner),
      });
      const { RouteTable } = await create(
        'CreateRouteTable',
        (client) => client.send(command, { abortSignal: signal }),
        signal,
      );
      return given(RouteTable?.RouteTableId, 'route table');
    },

    async createSubnet(owner, { vpcId, cidr_block, zone }, signal) {
      const command = new CreateSubnetCommand({
        VpcId: vpcId,
        CidrBlock: cidr_block,
        AvailabilityZone: zone,
        TagSpecifications: tagged('subnet', owner),
      });
      const { Subnet } = await create(
        'CreateSubnet',
        (client) => client.send(command, { abortSignal: signal }),
        signal,
      );
      return given(Subnet?.SubnetId, 'subnet');
    },

    async enableDnsHostnames(vpcId, signal) {
      const command = new ModifyVpcAttributeCommand({ VpcId: vpcId, EnableDnsHostnames: { Value: true } });
      await change('ModifyVpcAttribute', (client) => client.send(command, { abortSignal: signal }), signal);
    },

    async attachGateway(gatewayId, vpcId, signal) {
      const command = new AttachInternetGatewayCommand({ InternetGatewayId: gatewayId, VpcId: vpcId });
      await unlessDone(
        'Resource.AlreadyAssociated',
        change('AttachInternetGateway', (client) => client.send(command, { abortSignal: signal }), signal),
      );
    },

    async routeToGateway(routeTableId, gatewayId, signal) {
      const command = new CreateRouteCommand({
        RouteTableId: routeTableId,
        DestinationCidrBlock: everywhere,
        GatewayId: gatewayId,
      });
      await unlessDone(
        'RouteAlreadyExists',
        change('CreateRoute', (client) => client.send(command, { abortSignal: signal }), signal),
      );
    },

    async addBlock(vpcId, cidr_block, signal) {
      if (await hasBlock(vpcId, cidr_block, signal)) return;
      const command = new AssociateVpcCidrBlockCommand({ VpcId: vpcId, CidrBlock: cidr_block });
      try {
        await create(
          'AssociateVpcCidrBlock',
          (client) => client.send(command, { abortSignal: signal }),
          signal,
        );
      } catch (error) {
        // One that was given up may have arrived since we looked: what it conflicts with is its own block.
        const isTaken = error instanceof BackendError && codeOf(error.cause) === 'InvalidVpc.Conflict';
        if (!isTaken || !(await hasBlock(vpcId, cidr_block, signal))) throw error;
      }
    },

    async useRouteTable(subnetId, routeTableId, signal) {
      const command = new AssociateRouteTableCommand({ SubnetId: subnetId, RouteTableId: routeTableId });
      await change('AssociateRouteTable', (client) => client.send(command, { abortSignal: signal }), signal);
    },
  };
};
