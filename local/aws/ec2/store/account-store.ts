import type { DatabaseSync } from 'node:sqlite';
import type { Caller } from '../../stand-in.ts';
import { AddressBook } from './address-book.ts';
import { Collection, type Scope, type Shelf } from './collection.ts';
import { gp3GiB, volumeDue, vpcDue } from './due.ts';
import type {
  GatewayRecord,
  GroupRecord,
  InstanceRecord,
  InterfaceRecord,
  RouteTableRecord,
  RuleRecord,
  SnapshotRecord,
  SubnetRecord,
  TokenRecord,
  VolumeRecord,
  VpcRecord,
} from './records.ts';

export const scopeOf = ({ account, region }: Pick<Caller, 'account' | 'region'>): Scope =>
  `${account}/${region}`;

/** States in which an instance's vCPUs count against the account's limit. */
const countedStates = new Set(['pending', 'running']);

/** Every table of the stand-in, all accounts together. */
export const openCollections = (database: DatabaseSync) => ({
  instances: new Collection<InstanceRecord>(database, 'instances', {
    due: (instance) => instance.next?.due,
    counted_vcpus: (instance) => (countedStates.has(instance.state) ? instance.vcpus : 0),
    reservation_id: (instance) => instance.reservationId,
    client_token: (instance) => instance.clientToken,
    interface_id: (instance) => instance.networkInterfaceId,
    subnet_id: (instance) => instance.subnetId,
  }),
  volumes: new Collection<VolumeRecord>(database, 'volumes', { due: volumeDue, gp3_gib: gp3GiB }),
  snapshots: new Collection<SnapshotRecord>(database, 'snapshots', {
    due: (snapshot) => snapshot.pendingUntil,
    volume_id: (snapshot) => snapshot.volumeId,
  }),
  vpcs: new Collection<VpcRecord>(database, 'vpcs', { due: vpcDue }),
  subnets: new Collection<SubnetRecord>(database, 'subnets', { vpc_id: (subnet) => subnet.vpcId }),
  interfaces: new Collection<InterfaceRecord>(database, 'interfaces', {
    due: ({ due }) => due,
    subnet_id: ({ subnetId }) => subnetId,
  }),
  groups: new Collection<GroupRecord>(database, 'groups', {
    vpc_id: (group) => group.vpcId,
    name: (group) => group.name,
  }),
  rules: new Collection<RuleRecord>(database, 'rules', {
    group_id: (rule) => rule.groupId,
    referenced_group_id: (rule) => rule.referencedGroupId,
  }),
  gateways: new Collection<GatewayRecord>(database, 'gateways', { vpc_id: (gateway) => gateway.vpcId }),
  routeTables: new Collection<RouteTableRecord>(database, 'route_tables', { vpc_id: (table) => table.vpcId }),
  tokens: new Collection<TokenRecord>(database, 'tokens'),
  addresses: new AddressBook(database),
});

export type Collections = ReturnType<typeof openCollections>;

type ShelfOf<C> = C extends Collection<infer T> ? Shelf<T> : never;

/** What one account has in one region. */
export type AccountStore = { [K in Exclude<keyof Collections, 'addresses'>]: ShelfOf<Collections[K]> } & {
  addresses: AddressBook;
};

export const accountStore = (collections: Collections, scope: Scope): AccountStore => ({
  instances: collections.instances.shelf(scope),
  volumes: collections.volumes.shelf(scope),
  snapshots: collections.snapshots.shelf(scope),
  vpcs: collections.vpcs.shelf(scope),
  subnets: collections.subnets.shelf(scope),
  interfaces: collections.interfaces.shelf(scope),
  groups: collections.groups.shelf(scope),
  rules: collections.rules.shelf(scope),
  gateways: collections.gateways.shelf(scope),
  routeTables: collections.routeTables.shelf(scope),
  tokens: collections.tokens.shelf(scope),
  addresses: collections.addresses,
});
