import type { AccountStore } from '../store/account-store.ts';
import { blocksOf } from './vpc-blocks.ts';

/** The route table or subnet of a table's association, or the VPC of a block's; undefined for any other id. */
export const associatedWith = (
  id: string,
  resourceType: string | undefined,
  store: AccountStore,
): string | undefined => {
  if (id.startsWith('vpc-cidr-assoc-'))
    return store.vpcs.list().find((vpc) => blocksOf(vpc).some(({ associationId }) => associationId === id))
      ?.id;
  if (!id.startsWith('rtbassoc-')) return undefined;
  for (const table of store.routeTables.list()) {
    const association = table.associations.find((one) => one.id === id);
    if (association) return resourceType === 'subnet' ? association.subnetId : table.id;
  }
  return undefined;
};
