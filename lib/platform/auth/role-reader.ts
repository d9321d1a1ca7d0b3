import type { Clock } from '../clock.ts';
import type { Item, Tables } from '../table/types.ts';
import { createCache } from './cache.ts';
import { identityKeys, RoleRecord } from './records.ts';
import { builtInRole } from './roles.ts';

/** A fact and when it was read: what is derived from several facts is as old as the oldest. */
export interface Dated<T> {
  value: T;
  /** Milliseconds since the epoch. */
  readAt: number;
}

/** What a stored role item, or the lack of one, means: contract 3, whose roles exist without having been stored. */
export const permissionsOfRole = (name: string, item: Item | undefined): readonly string[] =>
  item ? RoleRecord.parse(item).permissions : (builtInRole(name)?.permissions ?? []);

/** Role name → permissions, cached. A name that no role has any more allows nothing. */
export const createRoleReader = (parts: { tables: Tables; clock: Clock; maximumAgeMilliseconds: number }) => {
  const { tables, clock, maximumAgeMilliseconds } = parts;
  const cache = createCache<Dated<readonly string[]>>(clock, 500);
  const remember = (name: string, item: Item | undefined, readAt: number) => {
    const dated = { value: permissionsOfRole(name, item), readAt };
    cache.set(name, dated, readAt + maximumAgeMilliseconds);
    return dated;
  };
  return {
    cached: (name: string) => cache.get(name),
    remember,
    async read(name: string, signal: AbortSignal): Promise<Dated<readonly string[]>> {
      const known = cache.get(name);
      if (known) return known;
      const readAt = clock.now();
      return remember(name, await tables.get(identityKeys.role(name), { consistent: true, signal }), readAt);
    },
    clear: () => cache.clear(),
  };
};
