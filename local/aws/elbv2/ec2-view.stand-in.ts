import type { DatabaseSync } from 'node:sqlite';
import type { Ec2Controls } from '../ec2/index.ts';
import { parseCidr } from '../ec2/rules/cidr.ts';
import { newId } from '../ec2/rules/ids.ts';
import { accountStore, openCollections } from '../ec2/store/account-store.ts';
import type { Ec2View } from './ec2-view.ts';

/** Elastic Load Balancing's view of the stand-in for EC2, which lies in the same database. */
export const ec2View = (ec2: Ec2Controls, database: DatabaseSync): Ec2View => {
  const collections = openCollections(database);
  const of = (scope: string) => accountStore(collections, scope);
  return {
    instance: (scope, id) => of(scope).instances.find(id),
    subnet: (scope, id) => {
      const { subnets, addresses } = of(scope);
      const subnet = subnets.find(id);
      const block = subnet && parseCidr(subnet.cidrBlock);
      return subnet && block && { ...subnet, freeAddresses: addresses.available(id, block) };
    },
    hasVpc: (scope, id) => of(scope).vpcs.find(id) !== undefined,
    hasInternetGateway: (scope, vpcId) => of(scope).gateways.where('vpc_id', vpcId).length > 0,
    vpcOfGroup: (scope, id) => of(scope).groups.find(id)?.vpcId,
    defaultGroup: (scope, vpcId) =>
      of(scope)
        .groups.where('vpc_id', vpcId)
        .find(({ name }) => name === 'default')?.id,
    attachInterface: (scope, { subnetId }) => {
      const id = newId('eni');
      of(scope).addresses.takeLowest(subnetId, id);
      return id;
    },
    detachInterface: (scope, id) => of(scope).addresses.release(id),
    setInterfaceGroups: () => {},
    watch: (listener) => ec2.watch(listener),
    reach: (instanceId, port) => ec2.portOf(instanceId, port),
  };
};
