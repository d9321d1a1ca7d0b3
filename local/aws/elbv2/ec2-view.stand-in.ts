import type { DatabaseSync } from 'node:sqlite';
import type { Ec2Controls, ServiceInterfaces } from '../ec2/index.ts';
import { accountStore, openCollections } from '../ec2/store/account-store.ts';
import type { Ec2View } from './ec2-view.ts';

interface Ec2StandIn {
  controls: Ec2Controls;
  network: ServiceInterfaces;
}

/** Elastic Load Balancing's view of the stand-in for EC2, which lies in the same database. */
export const ec2View = ({ controls, network }: Ec2StandIn, database: DatabaseSync): Ec2View => {
  const collections = openCollections(database);
  const of = (scope: string) => accountStore(collections, scope);
  return {
    instance: (scope, id) => network.findInstance(scope, id),
    subnet: (scope, id) => {
      const subnet = network.findSubnet(scope, id);
      return subnet && { ...subnet, freeAddresses: subnet.availableAddresses };
    },
    hasVpc: (scope, id) => network.findVpc(scope, id) !== undefined,
    hasInternetGateway: (scope, vpcId) => of(scope).gateways.where('vpc_id', vpcId).length > 0,
    vpcOfGroup: (scope, id) => network.findGroup(scope, id)?.vpcId,
    defaultGroup: (scope, vpcId) =>
      of(scope)
        .groups.where('vpc_id', vpcId)
        .find(({ name }) => name === 'default')?.id,
    attachInterface: (scope, request) => network.attachServiceInterface(scope, request).id,
    detachInterface: (scope, id) => network.removeServiceInterface(scope, id),
    setInterfaceGroups: (scope, id, groupIds) => network.setServiceInterfaceGroups(scope, id, groupIds),
    watch: (listener) => controls.watch(listener),
    reach: (instanceId, port) => controls.portOf(instanceId, port),
  };
};
