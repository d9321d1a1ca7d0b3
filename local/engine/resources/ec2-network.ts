import type { Cloud } from '../cloud.ts';
import type { Provisioned } from '../template/types.ts';
import { asList, asRecord } from './property.ts';
import type { Provider, ResourceRequest } from './provider.ts';

const client = 'EC2Client';

const tagsOf = ({ properties, stack, logicalId }: ResourceRequest, type: string) => ({
  TagSpecifications: [
    {
      ResourceType: type,
      Tags: [
        ...asList(properties.Tags).map((tag) => ({ Key: asRecord(tag).Key, Value: asRecord(tag).Value })),
        { Key: 'local:stack', Value: stack.name },
        { Key: 'local:logical-id', Value: logicalId },
      ],
    },
  ],
});

/** What an earlier run made, where it was made of the same properties; else what `create` makes. */
const once = async (request: ResourceRequest, create: () => Promise<Provisioned>): Promise<Provisioned> =>
  request.previous && request.unchanged ? request.previous : create();

/** `AWS::EC2::VPC` */
export const vpc: Provider = (request, { call }) =>
  once(request, async () => {
    const { Vpc } = await call<{ Vpc: Record<string, string> }>(client, 'CreateVpcCommand', {
      CidrBlock: request.properties.CidrBlock,
      ...tagsOf(request, 'vpc'),
    });
    const id = String(Vpc.VpcId);
    const { SecurityGroups } = await call<{ SecurityGroups: Record<string, string>[] }>(
      client,
      'DescribeSecurityGroupsCommand',
      { Filters: [{ Name: 'vpc-id', Values: [id] }] },
    );
    const group = SecurityGroups.find(({ GroupName }) => GroupName === 'default')?.GroupId;
    return {
      ref: id,
      attributes: { VpcId: id, CidrBlock: request.properties.CidrBlock, DefaultSecurityGroup: group },
    };
  });

/** `AWS::EC2::Subnet` */
export const subnet: Provider = (request, { call }) =>
  once(request, async () => {
    const { VpcId, CidrBlock, AvailabilityZone } = request.properties;
    const { Subnet } = await call<{ Subnet: Record<string, string> }>(client, 'CreateSubnetCommand', {
      VpcId,
      CidrBlock,
      AvailabilityZone,
      ...tagsOf(request, 'subnet'),
    });
    const id = String(Subnet.SubnetId);
    return {
      ref: id,
      attributes: { SubnetId: id, VpcId, CidrBlock, AvailabilityZone: Subnet.AvailabilityZone },
    };
  });

/** `AWS::EC2::InternetGateway` */
export const internetGateway: Provider = (request, { call }) =>
  once(request, async () => {
    const { InternetGateway } = await call<{ InternetGateway: Record<string, string> }>(
      client,
      'CreateInternetGatewayCommand',
      tagsOf(request, 'internet-gateway'),
    );
    const id = String(InternetGateway.InternetGatewayId);
    return { ref: id, attributes: { InternetGatewayId: id } };
  });

/** `AWS::EC2::VPCGatewayAttachment` of an internet gateway. */
export const gatewayAttachment: Provider = (request, { call }) =>
  once(request, async () => {
    const { VpcId, InternetGatewayId } = request.properties;
    await call(client, 'AttachInternetGatewayCommand', { VpcId, InternetGatewayId });
    return { ref: `IGW|${VpcId}`, attributes: { AttachmentType: 'IGW' } };
  });

/** `AWS::EC2::RouteTable` */
export const routeTable: Provider = (request, { call }) =>
  once(request, async () => {
    const { RouteTable } = await call<{ RouteTable: Record<string, string> }>(
      client,
      'CreateRouteTableCommand',
      {
        VpcId: request.properties.VpcId,
        ...tagsOf(request, 'route-table'),
      },
    );
    const id = String(RouteTable.RouteTableId);
    return { ref: id, attributes: { RouteTableId: id } };
  });

/** `AWS::EC2::Route` */
export const route: Provider = (request, { call }) =>
  once(request, async () => {
    const { RouteTableId, DestinationCidrBlock, GatewayId } = request.properties;
    await call(client, 'CreateRouteCommand', { RouteTableId, DestinationCidrBlock, GatewayId });
    return { ref: `${RouteTableId}|${DestinationCidrBlock}`, attributes: {} };
  });

/** `AWS::EC2::SubnetRouteTableAssociation` */
export const routeTableAssociation: Provider = (request, { call }) =>
  once(request, async () => {
    const { RouteTableId, SubnetId } = request.properties;
    const { AssociationId } = await call<{ AssociationId: string }>(client, 'AssociateRouteTableCommand', {
      RouteTableId,
      SubnetId,
    });
    return { ref: AssociationId, attributes: { Id: AssociationId } };
  });

const permissions = (rules: unknown): object[] =>
  asList(rules).map((item) => {
    const rule = asRecord(item);
    return {
      IpProtocol: String(rule.IpProtocol),
      ...(rule.FromPort !== undefined && { FromPort: Number(rule.FromPort), ToPort: Number(rule.ToPort) }),
      ...(rule.CidrIp !== undefined && {
        IpRanges: [
          { CidrIp: rule.CidrIp, ...(rule.Description !== undefined && { Description: rule.Description }) },
        ],
      }),
      ...(rule.SourceSecurityGroupId !== undefined && {
        UserIdGroupPairs: [{ GroupId: rule.SourceSecurityGroupId }],
      }),
    };
  });

const authorize = async (
  call: Cloud['call'],
  groupId: string,
  direction: 'Ingress' | 'Egress',
  rules: unknown,
) => {
  const list = permissions(rules);
  if (list.length === 0) return;
  await call(client, `AuthorizeSecurityGroup${direction}Command`, { GroupId: groupId, IpPermissions: list });
};

const isAllEgress = (rules: unknown): boolean =>
  asList(rules).some((item) => asRecord(item).IpProtocol === '-1' && asRecord(item).CidrIp === '0.0.0.0/0');

/** `AWS::EC2::SecurityGroup`: as on AWS, own egress rules replace the one that allows everything. */
export const securityGroup: Provider = (request, { call }) =>
  once(request, async () => {
    const { properties, stack, logicalId } = request;
    const { GroupId: id } = await call<{ GroupId: string }>(client, 'CreateSecurityGroupCommand', {
      GroupName: properties.GroupName ?? `${stack.name}-${logicalId}`,
      Description: properties.GroupDescription,
      VpcId: properties.VpcId,
      ...tagsOf(request, 'security-group'),
    });
    await authorize(call, id, 'Ingress', properties.SecurityGroupIngress);
    if (properties.SecurityGroupEgress !== undefined && !isAllEgress(properties.SecurityGroupEgress)) {
      await call(client, 'RevokeSecurityGroupEgressCommand', {
        GroupId: id,
        IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
      });
      await authorize(call, id, 'Egress', properties.SecurityGroupEgress);
    }
    return { ref: id, attributes: { GroupId: id, Id: id, VpcId: properties.VpcId } };
  });
