import type { Place } from '../request.ts';
import { arnOf } from './call-needs.ts';

/** Prefix of an id → resource type in an ARN. */
const types: Record<string, string> = {
  i: 'instance',
  vol: 'volume',
  snap: 'snapshot',
  ami: 'image',
  sg: 'security-group',
  sgr: 'security-group-rule',
  subnet: 'subnet',
  vpc: 'vpc',
  eni: 'network-interface',
  igw: 'internet-gateway',
  nat: 'natgateway',
  rtb: 'route-table',
  acl: 'network-acl',
  eipalloc: 'elastic-ip',
  lt: 'launch-template',
  vpce: 'vpc-endpoint',
  pcx: 'vpc-peering-connection',
};

/** Images and snapshots may be somebody else's: their ARNs name no account. */
const ownerless = new Set(['image', 'snapshot']);

export const ec2Arn = (place: Place, type: string, id = '*'): string =>
  arnOf('ec2', ownerless.has(type) ? { ...place, account: '' } : place, `${type}/${id}`);

/** The ARN of an EC2 resource by its id alone. */
export const ec2ArnOfId = (place: Place, id: string): string =>
  ec2Arn(place, types[id.slice(0, Math.max(0, id.lastIndexOf('-')))] ?? '*', id);

/** Input field that names the resource, or `*` for one that the action creates. */
type Where = string;

/**
 * Actions that are allowed per resource, and the resources that they are checked against: type → input field.
 * Most reading actions are left out: they know no resources and are checked against `*`. Where the input names an
 * association, its id stands for that of the route table, subnet or VPC, which the stand-in looks up for its tags.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
export const resourcesOfAction: Readonly<Record<string, Readonly<Record<string, Where>>>> = {
  StartInstances: { instance: 'InstanceIds' },
  StopInstances: { instance: 'InstanceIds' },
  RebootInstances: { instance: 'InstanceIds' },
  TerminateInstances: { instance: 'InstanceIds' },
  MonitorInstances: { instance: 'InstanceIds' },
  UnmonitorInstances: { instance: 'InstanceIds' },
  DescribeInstanceAttribute: { instance: 'InstanceId' },
  DescribeVpcAttribute: { vpc: 'VpcId' },
  GetConsoleOutput: { instance: 'InstanceId' },
  ModifyInstanceAttribute: { instance: 'InstanceId', 'security-group': 'Groups' },
  ModifyInstanceMetadataOptions: { instance: 'InstanceId' },
  CreateSecurityGroup: { 'security-group': '*', vpc: 'VpcId' },
  DeleteSecurityGroup: { 'security-group': 'GroupId' },
  AuthorizeSecurityGroupIngress: { 'security-group': 'GroupId' },
  AuthorizeSecurityGroupEgress: { 'security-group': 'GroupId' },
  RevokeSecurityGroupIngress: { 'security-group': 'GroupId' },
  RevokeSecurityGroupEgress: { 'security-group': 'GroupId' },
  CreateVpc: { vpc: '*' },
  DeleteVpc: { vpc: 'VpcId' },
  ModifyVpcAttribute: { vpc: 'VpcId' },
  AssociateVpcCidrBlock: { vpc: 'VpcId' },
  DisassociateVpcCidrBlock: { vpc: 'AssociationId' },
  CreateSubnet: { subnet: '*', vpc: 'VpcId' },
  DeleteSubnet: { subnet: 'SubnetId' },
  ModifySubnetAttribute: { subnet: 'SubnetId' },
  CreateInternetGateway: { 'internet-gateway': '*' },
  AttachInternetGateway: { 'internet-gateway': 'InternetGatewayId', vpc: 'VpcId' },
  DetachInternetGateway: { 'internet-gateway': 'InternetGatewayId', vpc: 'VpcId' },
  DeleteInternetGateway: { 'internet-gateway': 'InternetGatewayId' },
  CreateRouteTable: { 'route-table': '*', vpc: 'VpcId' },
  AssociateRouteTable: { 'route-table': 'RouteTableId', subnet: 'SubnetId' },
  DisassociateRouteTable: { 'route-table': 'AssociationId', subnet: 'AssociationId' },
  CreateRoute: { 'route-table': 'RouteTableId' },
  DeleteRoute: { 'route-table': 'RouteTableId' },
  DeleteRouteTable: { 'route-table': 'RouteTableId' },
  CreateVolume: { volume: '*', snapshot: 'SnapshotId' },
  AttachVolume: { instance: 'InstanceId', volume: 'VolumeId' },
  DetachVolume: { instance: 'InstanceId', volume: 'VolumeId' },
  ModifyVolume: { volume: 'VolumeId' },
  DeleteVolume: { volume: 'VolumeId' },
  CreateSnapshot: { snapshot: '*', volume: 'VolumeId' },
  DeleteSnapshot: { snapshot: 'SnapshotId' },
  AllocateAddress: { 'elastic-ip': '*' },
  AssociateAddress: { 'elastic-ip': 'AllocationId', instance: 'InstanceId' },
  ReleaseAddress: { 'elastic-ip': 'AllocationId' },
};
