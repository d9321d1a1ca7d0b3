import type { Clock } from '../../../platform/clock.ts';
import { LruMap } from '../../../platform/limits/lru.ts';
import type { Tables } from '../../../platform/table/types.ts';
import { prefixPartition, RouteClaim } from '../prefixes.ts';
import { maxPrefixLength } from '../schema.ts';

/** Milliseconds that a process serves a route without looking again. */
const rememberedFor = 3_000;

/** Paths that a process remembers the route of, each under 1 KB. */
const rememberedPaths = 1_000;

export interface FindRouteOptions {
  tables: Pick<Tables, 'queryPage'>;
  isSuspended(tenant: string, signal: AbortSignal): Promise<boolean>;
  clock: Clock;
}

/** The route with the longest prefix that a decoded path begins with; those of suspended tenants are none. */
export type FindRoute = (path: string, signal: AbortSignal) => Promise<RouteClaim | undefined>;

const commonLength = (a: string, b: string): number => {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
};

/** The part of a path that a prefix can spell. */
const headOf = (path: string): string => /^[A-Za-z0-9._~/-]*/.exec(path.slice(0, maxPrefixLength))?.[0] ?? '';

/**
 * Finds routes by their prefixes' order. The last prefix that is not behind the path either begins it, and then is the longest
 * that does, or parts from it at some character; any prefix of the path is then no longer than what the two share. One
 * consistent read of one item for each such step, most often one or two, and none for a path that was asked for in the
 * last 3 s.
 */
export const createFindRoute = ({ tables, isSuspended, clock }: FindRouteOptions): FindRoute => {
  const remembered = new LruMap<{ claim: RouteClaim; until: number }>(rememberedPaths);

  const lastUpTo = async (upper: string, signal: AbortSignal) => {
    const { items } = await tables.queryPage({
      partition: prefixPartition(upper),
      sort: { between: [upper.slice(0, 2), upper] },
      descending: true,
      limit: 1,
      consistent: true,
      signal,
    });
    return items[0];
  };

  const longest = async (head: string, signal: AbortSignal): Promise<RouteClaim | undefined> => {
    let upper = head;
    while (upper.length >= 2) {
      const item = await lastUpTo(upper, signal);
      if (!item) return undefined;
      const prefix = String(item.sk);
      if (head.startsWith(prefix)) return RouteClaim.parse({ ...item, prefix });
      upper = head.slice(0, commonLength(prefix, head));
    }
    return undefined;
  };

  return async (path, signal) => {
    const head = headOf(path);
    const known = remembered.get(head);
    if (known && known.until > clock.now()) return known.claim;
    const claim = await longest(head, signal);
    if (!claim || (await isSuspended(claim.tenant, signal))) return undefined;
    remembered.set(head, { claim, until: clock.now() + rememberedFor });
    return claim;
  };
};
