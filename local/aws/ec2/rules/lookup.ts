import type { AccountStore } from '../store/account-store.ts';
import type { Resource } from '../store/records.ts';
import { isWellFormedId } from './ids.ts';
import type { Kind } from './kinds.ts';

type Reading = AccountStore & { now: number };

/**
 * The resources of these ids, in the order asked for, each once.
 * @throws the kind's Malformed error, or its NotFound naming all that aren't there or can't be seen yet
 */
export const getAll = <T extends Resource>(kind: Kind<T>, ids: string[], call: Reading): T[] => {
  const wanted = [...new Set(ids)];
  for (const id of wanted) if (!isWellFormedId(kind.prefix, id)) throw kind.malformed(id);
  const shelf = kind.shelf(call);
  const found: T[] = [];
  const missing: string[] = [];
  for (const id of wanted) {
    const record = shelf.find(id);
    if (record && (kind.usableAtOnce || record.visibleAt <= call.now)) found.push(record);
    else missing.push(id);
  }
  if (missing.length > 0) throw kind.notFound(missing);
  return found;
};

/** One resource. @throws as getAll */
export const getOne = <T extends Resource>(kind: Kind<T>, id: string, call: Reading): T =>
  getAll(kind, [id], call)[0] as T;
