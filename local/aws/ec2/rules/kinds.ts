import type { ResourceType } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import { interfaceShelf } from '../network/interfaces.ts';
import type { AccountStore } from '../store/account-store.ts';
import type { Shelf } from '../store/collection.ts';
import type { Resource } from '../store/records.ts';
import { invalidValue } from './errors.ts';

/** How AWS names one kind of resource, in ids, tags and errors. */
export interface Kind<T extends Resource> {
  /** Where an account keeps them. */
  shelf(store: AccountStore): Pick<Shelf<T>, 'find' | 'put' | 'list' | 'whereAny'>;
  prefix: string;
  resourceType: ResourceType;
  /**
   * Whether other calls may use a new one before Describe shows it. The parts of a network are known to the calls that
   * build on them in practice; instances, volumes and groups often are not.
   */
  usableAtOnce: boolean;
  notFound(ids: string[]): AwsError;
  malformed(id: string): AwsError;
}

const notFound =
  (code: string, noun: string) =>
  (ids: string[]): AwsError =>
    ids.length === 1
      ? new AwsError(code, `The ${noun} '${ids[0]}' does not exist`)
      : new AwsError(code, `The ${noun}s '${ids.join(', ')}' do not exist`);

const malformed =
  (code: string, prefix: string) =>
  (id: string): AwsError =>
    new AwsError(
      code,
      id.startsWith(`${prefix}-`) ? `Invalid id: "${id}"` : `Invalid id: "${id}" (expecting "${prefix}-...")`,
    );

const kind = <T extends Resource>(
  shelf: Kind<T>['shelf'],
  prefix: string,
  resourceType: ResourceType,
  codes: { notFound: string; malformed: string; noun: string; usableAtOnce?: boolean },
): Kind<T> => ({
  shelf,
  prefix,
  resourceType,
  usableAtOnce: codes.usableAtOnce ?? false,
  notFound: notFound(codes.notFound, codes.noun),
  malformed: malformed(codes.malformed, prefix),
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
export const kinds = {
  instance: kind((store) => store.instances, 'i', 'instance', {
    notFound: 'InvalidInstanceID.NotFound',
    malformed: 'InvalidInstanceID.Malformed',
    noun: 'instance ID',
  }),
  volume: {
    ...kind((store) => store.volumes, 'vol', 'volume', {
      notFound: 'InvalidVolume.NotFound',
      malformed: 'InvalidParameterValue',
      noun: 'volume',
    }),
    malformed: (id: string) => invalidValue(id, 'volumeId', "Expected: 'vol-...'."),
  },
  snapshot: kind((store) => store.snapshots, 'snap', 'snapshot', {
    notFound: 'InvalidSnapshot.NotFound',
    malformed: 'InvalidSnapshotID.Malformed',
    noun: 'snapshot',
  }),
  vpc: kind((store) => store.vpcs, 'vpc', 'vpc', {
    notFound: 'InvalidVpcID.NotFound',
    malformed: 'InvalidVpcId.Malformed',
    noun: 'vpc ID',
    usableAtOnce: true,
  }),
  subnet: kind((store) => store.subnets, 'subnet', 'subnet', {
    notFound: 'InvalidSubnetID.NotFound',
    malformed: 'InvalidSubnetID.Malformed',
    noun: 'subnet ID',
    usableAtOnce: true,
  }),
  networkInterface: kind(interfaceShelf, 'eni', 'network-interface', {
    notFound: 'InvalidNetworkInterfaceID.NotFound',
    malformed: 'InvalidNetworkInterfaceId.Malformed',
    noun: 'networkInterface ID',
  }),
  securityGroup: kind((store) => store.groups, 'sg', 'security-group', {
    notFound: 'InvalidGroup.NotFound',
    malformed: 'InvalidGroupId.Malformed',
    noun: 'security group',
  }),
  securityGroupRule: kind((store) => store.rules, 'sgr', 'security-group-rule', {
    notFound: 'InvalidSecurityGroupRuleId.NotFound',
    malformed: 'InvalidSecurityGroupRuleId.Malformed',
    noun: 'security group rule ID',
  }),
  internetGateway: kind((store) => store.gateways, 'igw', 'internet-gateway', {
    notFound: 'InvalidInternetGatewayID.NotFound',
    malformed: 'InvalidInternetGatewayId.Malformed',
    noun: 'internetGateway ID',
    usableAtOnce: true,
  }),
  routeTable: kind((store) => store.routeTables, 'rtb', 'route-table', {
    notFound: 'InvalidRouteTableID.NotFound',
    malformed: 'InvalidRouteTableId.Malformed',
    noun: 'routeTable ID',
    usableAtOnce: true,
  }),
} as const;
