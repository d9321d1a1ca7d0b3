import { AwsError } from '../../stand-in.ts';
import type { Cloud } from '../engine/cloud.ts';
import { checkGroups } from '../launch/network.ts';
import { newId, newMacAddress } from '../rules/ids.ts';
import { kinds } from '../rules/kinds.ts';
import { getOne } from '../rules/lookup.ts';
import { newPublicAddress } from '../rules/public-address.ts';
import { type AccountStore, accountStore } from '../store/account-store.ts';
import type { Scope } from '../store/collection.ts';
import type {
  GroupRecord,
  InstanceRecord,
  InterfaceRecord,
  SubnetRecord,
  VpcRecord,
} from '../store/records.ts';
import { availableAddresses } from '../views/network-view.ts';
import { releaseInterface } from './release-interface.ts';

export interface ServiceInterfaceRequest {
  subnetId: string;
  groupIds: string[];
  /** As AWS words it, for example `ELB app/web/0123456789abcdef`. */
  description: string;
  /** Default `amazon-elb`. */
  requesterId?: string;
  /** Whether it has a public address, without which the VPC's internet gateway can be detached. */
  isPublic?: boolean;
}

/**
 * What another stand-in of this process, such as that of Elastic Load Balancing, needs of a network: interfaces of its
 * own, by which it holds subnets, addresses, groups and so the VPC, and the resources that its requests name.
 */
export interface ServiceInterfaces {
  /**
   * @throws InvalidSubnetID.NotFound, InvalidGroup.NotFound, InvalidParameter for a group of another VPC,
   *   InsufficientFreeAddressesInSubnet
   */
  attachServiceInterface(scope: Scope, request: ServiceInterfaceRequest): InterfaceRecord;
  /** Replaces the groups. @throws InvalidNetworkInterfaceID.NotFound, and as attachServiceInterface */
  setServiceInterfaceGroups(scope: Scope, interfaceId: string, groupIds: string[]): void;
  /** Forgetting twice is no error. The subnet and groups stay in use as long as those of a terminated instance do. */
  removeServiceInterface(scope: Scope, interfaceId: string): void;
  findVpc(scope: Scope, id: string): VpcRecord | undefined;
  findSubnet(scope: Scope, id: string): (SubnetRecord & { availableAddresses: number }) | undefined;
  findGroup(scope: Scope, id: string): GroupRecord | undefined;
  findInstance(scope: Scope, id: string): InstanceRecord | undefined;
  /** Whether the subnet's route table, its own or the main one, leads to an internet gateway. */
  isPublicSubnet(scope: Scope, subnetId: string): boolean;
}

const leadsOut = (subnet: SubnetRecord, store: AccountStore): boolean => {
  const tables = store.routeTables.where('vpc_id', subnet.vpcId);
  const own = tables.find(({ associations }) => associations.some(({ subnetId }) => subnetId === subnet.id));
  const main = tables.find(({ associations }) => associations.some(({ subnetId }) => subnetId === undefined));
  return (own ?? main)?.routes.some(({ gatewayId }) => gatewayId.startsWith('igw-')) ?? false;
};

export const openServiceInterfaces = (cloud: Cloud): ServiceInterfaces => {
  const { collections, limits, settings, timers, transactions } = cloud;
  const open = (scope: Scope) => ({ ...accountStore(collections, scope), now: timers.now(), limits });

  const attach = (scope: Scope, request: ServiceInterfaceRequest): InterfaceRecord => {
    const store = open(scope);
    const subnet = getOne(kinds.subnet, request.subnetId, store);
    checkGroups(request.groupIds, subnet.vpcId, subnet.id, store);
    if (availableAddresses(subnet, store) < 1)
      throw new AwsError(
        'InsufficientFreeAddressesInSubnet',
        `There are not enough free addresses in subnet '${subnet.id}'.`,
      );
    const id = newId('eni');
    return store.interfaces.put({
      id,
      vpcId: subnet.vpcId,
      subnetId: subnet.id,
      zone: subnet.zone,
      privateAddress: store.addresses.takeLowest(subnet.id, id),
      publicAddress: request.isPublic ? newPublicAddress() : undefined,
      groupIds: request.groupIds,
      macAddress: newMacAddress(),
      description: request.description,
      requesterId: request.requesterId ?? 'amazon-elb',
      attachmentId: newId('ela-attach'),
      tags: {},
      createdAt: store.now,
      visibleAt: store.now,
    });
  };

  const setGroups = (scope: Scope, id: string, groupIds: string[]): void => {
    const store = open(scope);
    const found = store.interfaces.find(id);
    if (!found) throw kinds.networkInterface.notFound([id]);
    checkGroups(groupIds, found.vpcId, found.subnetId, store);
    store.interfaces.put({ ...found, groupIds });
  };

  const remove = (scope: Scope, id: string): void => {
    const store = open(scope);
    const found = store.interfaces.find(id);
    if (!found || found.due !== undefined) return;
    releaseInterface(found, store, {
      due: store.now + settings.interfaceReleaseMilliseconds,
      now: store.now,
    });
  };

  /** As one transaction, after which the cloud looks at what is due. */
  const change = <T>(work: () => T): T => {
    const done = transactions.run(work);
    cloud.lifecycle.wake();
    return done;
  };

  return {
    attachServiceInterface: (scope, request) => change(() => attach(scope, request)),
    setServiceInterfaceGroups: (scope, id, groupIds) => change(() => setGroups(scope, id, groupIds)),
    removeServiceInterface: (scope, id) => change(() => remove(scope, id)),
    findVpc: (scope, id) => open(scope).vpcs.find(id),
    findSubnet(scope, id) {
      const store = open(scope);
      const subnet = store.subnets.find(id);
      return subnet && { ...subnet, availableAddresses: availableAddresses(subnet, store) };
    },
    findGroup: (scope, id) => open(scope).groups.find(id),
    findInstance: (scope, id) => open(scope).instances.find(id),
    isPublicSubnet(scope, subnetId) {
      const store = open(scope);
      const subnet = store.subnets.find(subnetId);
      return subnet !== undefined && leadsOut(subnet, store);
    },
  };
};
