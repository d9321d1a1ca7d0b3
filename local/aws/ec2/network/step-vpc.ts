import type { Collections } from '../store/account-store.ts';
import type { Scope } from '../store/collection.ts';
import type { VpcBlock, VpcRecord } from '../store/records.ts';

/** Blocks become associated, with a local route in every table, or go. */
export const stepVpc =
  (collections: Collections) =>
  (scope: Scope, vpc: VpcRecord, now: number): void => {
    const added: string[] = [];
    const secondaryBlocks = (vpc.secondaryBlocks ?? []).flatMap((block): VpcBlock[] => {
      if (block.due === undefined || block.due > now) return [block];
      if (block.state === 'disassociating') return [];
      added.push(block.cidrBlock);
      return [{ ...block, state: 'associated', due: undefined }];
    });
    collections.vpcs.put(scope, { ...vpc, secondaryBlocks });
    if (added.length === 0) return;
    for (const table of collections.routeTables.where(scope, 'vpc_id', vpc.id))
      collections.routeTables.put(scope, {
        ...table,
        routes: [...table.routes, ...added.map((destination) => ({ destination, gatewayId: 'local' }))],
      });
  };
