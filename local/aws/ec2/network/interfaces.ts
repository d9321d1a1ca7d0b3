import type { AccountStore } from '../store/account-store.ts';
import type { Shelf } from '../store/collection.ts';
import type { InstanceRecord, InterfaceRecord } from '../store/records.ts';

/** Until it is terminated an instance holds its interface, and with it a subnet, an address and security groups. */
export const holdsInterface = ({ state }: InstanceRecord): boolean => state !== 'terminated';

/** An instance's interface, which is kept as a part of the instance. */
export const interfaceOf = (instance: InstanceRecord): InterfaceRecord => ({
  id: instance.networkInterfaceId,
  vpcId: instance.vpcId,
  subnetId: instance.subnetId,
  zone: instance.zone,
  privateAddress: instance.privateAddress,
  publicAddress: instance.publicAddress,
  groupIds: instance.groupIds,
  macAddress: instance.macAddress,
  description: '',
  attachmentId: instance.attachmentId,
  instanceId: instance.id,
  tags: instance.interfaceTags,
  createdAt: instance.createdAt,
  visibleAt: instance.visibleAt,
});

/** Every interface of an account: those of instances, of services, and those that are about to be released. */
export const listInterfaces = (store: AccountStore): InterfaceRecord[] => [
  ...store.instances.list().filter(holdsInterface).map(interfaceOf),
  ...store.interfaces.list(),
];

const instanceWith = (interfaceId: string, store: AccountStore): InstanceRecord | undefined =>
  store.instances.where('interface_id', interfaceId).find(holdsInterface);

/** Interfaces as one shelf, wherever they are kept. */
export const interfaceShelf = (
  store: AccountStore,
): Pick<Shelf<InterfaceRecord>, 'find' | 'put' | 'list' | 'whereAny'> => ({
  find(id) {
    const instance = instanceWith(id, store);
    return instance ? interfaceOf(instance) : store.interfaces.find(id);
  },
  /** Of an instance's interface only the tags can be changed here. */
  put(record) {
    const instance = instanceWith(record.id, store);
    if (instance) store.instances.put({ ...instance, interfaceTags: record.tags });
    else store.interfaces.put(record);
    return record;
  },
  list: () => listInterfaces(store),
  whereAny: (column, values) => [
    ...store.instances.whereAny(column, values).filter(holdsInterface).map(interfaceOf),
    ...store.interfaces.whereAny(column, values),
  ],
});

/** Whether anything still uses a security group, other groups' rules aside. */
export const usesGroup = (groupId: string, store: AccountStore): boolean =>
  listInterfaces(store).some(({ groupIds }) => groupIds.includes(groupId));
