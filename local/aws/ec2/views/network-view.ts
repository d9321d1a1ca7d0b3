import type {
  AttachmentStatus,
  InternetGateway,
  RouteTable,
  Subnet,
  Vpc,
  VpcCidrBlockAssociation,
} from '@aws-sdk/client-ec2';
import { zonesOf } from '../catalogue/zones.ts';
import type { Call } from '../engine/call.ts';
import { blocksOf } from '../network/vpc-blocks.ts';
import { parseCidr } from '../rules/cidr.ts';
import { toTagList } from '../rules/tags.ts';
import type { GatewayRecord, RouteTableRecord, SubnetRecord, VpcBlock, VpcRecord } from '../store/records.ts';

export const blockView = ({ associationId, cidrBlock, state }: VpcBlock): VpcCidrBlockAssociation => ({
  AssociationId: associationId,
  CidrBlock: cidrBlock,
  CidrBlockState: { State: state },
});

export const vpcView = (vpc: VpcRecord, call: Call): Vpc => ({
  VpcId: vpc.id,
  OwnerId: call.caller.account,
  State: 'available',
  CidrBlock: vpc.cidrBlock,
  CidrBlockAssociationSet: blocksOf(vpc).map(blockView),
  DhcpOptionsId: vpc.dhcpOptionsId,
  InstanceTenancy: vpc.instanceTenancy,
  Ipv6CidrBlockAssociationSet: [],
  IsDefault: false,
  Tags: toTagList(vpc.tags),
});

export const availableAddresses = (subnet: SubnetRecord, call: Pick<Call, 'addresses'>): number => {
  const block = parseCidr(subnet.cidrBlock);
  return block ? call.addresses.available(subnet.id, block) : 0;
};

export const subnetView = (subnet: SubnetRecord, call: Call): Subnet => {
  const { account, region } = call.caller;
  return {
    SubnetId: subnet.id,
    SubnetArn: `arn:aws:ec2:${region}:${account}:subnet/${subnet.id}`,
    OwnerId: account,
    VpcId: subnet.vpcId,
    State: 'available',
    CidrBlock: subnet.cidrBlock,
    AvailabilityZone: subnet.zone,
    AvailabilityZoneId: zonesOf(region).find(({ name }) => name === subnet.zone)?.id,
    AvailableIpAddressCount: availableAddresses(subnet, call),
    MapPublicIpOnLaunch: subnet.mapPublicIpOnLaunch,
    AssignIpv6AddressOnCreation: false,
    DefaultForAz: false,
    EnableDns64: false,
    Ipv6CidrBlockAssociationSet: [],
    Ipv6Native: false,
    MapCustomerOwnedIpOnLaunch: false,
    PrivateDnsNameOptionsOnLaunch: {
      EnableResourceNameDnsAAAARecord: false,
      EnableResourceNameDnsARecord: false,
      HostnameType: 'ip-name',
    },
    Tags: toTagList(subnet.tags),
  };
};

/** What AWS answers for an attached gateway, although its own model has only `attached`. */
const available = 'available' as AttachmentStatus;

export const internetGatewayView = (gateway: GatewayRecord, call: Call): InternetGateway => ({
  InternetGatewayId: gateway.id,
  OwnerId: call.caller.account,
  Attachments: gateway.vpcId ? [{ State: available, VpcId: gateway.vpcId }] : [],
  Tags: toTagList(gateway.tags),
});

/** A route whose gateway was detached from the VPC leads nowhere. */
const isBlackhole = (gatewayId: string, { vpcId }: RouteTableRecord, call: Call): boolean =>
  gatewayId !== 'local' && call.gateways.find(gatewayId)?.vpcId !== vpcId;

export const routeTableView = (table: RouteTableRecord, call: Call): RouteTable => ({
  RouteTableId: table.id,
  OwnerId: call.caller.account,
  VpcId: table.vpcId,
  Associations: table.associations.map(({ id, subnetId }) => ({
    RouteTableAssociationId: id,
    RouteTableId: table.id,
    Main: subnetId === undefined,
    SubnetId: subnetId,
    AssociationState: { State: 'associated' },
  })),
  PropagatingVgws: [],
  Routes: table.routes.map(({ destination, gatewayId }) => ({
    DestinationCidrBlock: destination,
    GatewayId: gatewayId,
    Origin: gatewayId === 'local' ? 'CreateRouteTable' : 'CreateRoute',
    State: isBlackhole(gatewayId, table, call) ? 'blackhole' : 'active',
  })),
  Tags: toTagList(table.tags),
});
