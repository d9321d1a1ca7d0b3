import { fromItem } from '../store/record.ts';
import type { ResourceKind } from '../store/types.ts';
import { resourceKey } from '../table/keys.ts';
import type { Reconciled } from '../table/resource.ts';
import type { Item, Tables } from '../table/types.ts';
import type { ResourceRef } from './lease.ts';

// biome-ignore lint/suspicious/noExplicitAny: the records of a batch are of several kinds
type AnyKind = ResourceKind<any>;

/** Gives the record that was read for a reference, a tombstone too. @throws where what is stored is no record of its kind */
export type ReadRecord = (ref: ResourceRef) => Reconciled | undefined;

const nameOf = (pk: unknown, sk: unknown): string => `${pk} ${sk}`;

/**
 * The records of a batch in one strongly consistent read, at the units of as many single ones. What is no record of its kind
 * is found out by whoever asks for it, and so spoils that one alone.
 */
export const readRecords = async (
  tables: Pick<Tables, 'batchGet'>,
  refs: readonly ResourceRef[],
  kindOf: (name: string) => AnyKind,
  signal: AbortSignal,
): Promise<ReadRecord> => {
  const keyOf = ({ tenant, kind, id }: ResourceRef) => resourceKey(tenant, kindOf(kind).kind, id);
  const items = refs.length > 0 ? await tables.batchGet(refs.map(keyOf), { consistent: true, signal }) : [];
  const found = new Map<string, Item>(items.map((item) => [nameOf(item.pk, item.sk), item]));
  return (ref) => {
    const { pk, sk } = keyOf(ref);
    const item = found.get(nameOf(pk, sk));
    return item && (fromItem(kindOf(ref.kind), item) as Reconciled);
  };
};
