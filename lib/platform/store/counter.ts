import { CloudError } from '../errors/index.ts';
import { counterKey } from '../table/keys.ts';
import type { Condition, Item, Write } from '../table/types.ts';
import type { Limits, Usage } from './types.ts';

/** Attributes of a counter item: `total` is the number of listed resources. */
export const totalAttribute = 'total';
/** What is taken of a quota, tombstones included. */
export const usedAttribute = (quota: string): string => `used_${quota}`;
/** A tenant's own limit, set by an administrator; absent: the default. */
export const limitAttribute = (quota: string): string => `limit_${quota}`;

/** The counter of a tenant that has nothing of the kind yet. */
export const emptyCounter = (tenant: string, kind: string): Write => ({
  put: { ...counterKey(tenant, kind), [totalAttribute]: 0 },
});

/** The limits were not what was assumed, and by the real ones there is room. Never leaves the store. */
export class LimitsMoved extends Error {
  override readonly name = 'LimitsMoved';
}

const numberIn = (item: Item | undefined, attribute: string): number | undefined => {
  const value = item?.[attribute];
  return typeof value === 'number' ? value : undefined;
};

const added = (usage: Usage, sign: 1 | -1, total: number): Record<string, number> => {
  const add = Object.fromEntries(
    Object.entries(usage)
      .filter(([, amount]) => amount !== 0)
      .map(([quota, amount]) => [usedAttribute(quota), sign * amount]),
  );
  return total === 0 ? add : { ...add, [totalAttribute]: total };
};

const maxRemembered = 10_000;

export interface Counter {
  /**
   * Counts new resources in, if each quota has room for what they take. The limits are those that this process saw
   * last, and the condition asks that they still hold; where they don't, the write fails with `LimitsMoved`, and the
   * next one knows better. So an administrator's change holds for the very next launch, at no cost of a read.
   */
  claim(tenant: string, usage: Usage, count: number): Write;
  /** Counts resources out: `count` of the list, and `usage` of the quotas. Empty where there is nothing to count. */
  release(tenant: string, usage: Usage, count: number): Write[];
}

/** The counter items of one kind. */
export const createCounter = (kind: string, limits: Limits): Counter => {
  const ownLimits = new Map<string, Limits>();

  const remember = (tenant: string, found: Item | undefined, usage: Usage): void => {
    if (ownLimits.size >= maxRemembered) ownLimits.clear();
    const seen = Object.keys(usage).map((quota) => [quota, numberIn(found, limitAttribute(quota))] as const);
    const own = seen.filter((entry): entry is readonly [string, number] => entry[1] !== undefined);
    ownLimits.set(tenant, Object.fromEntries(own));
  };

  const hasRoom = (tenant: string, usage: Usage): Condition | undefined => {
    const names: Record<string, string> = {};
    const values: Record<string, unknown> = {};
    const clauses = Object.entries(usage).map(([quota, amount], index) => {
      const own = ownLimits.get(tenant)?.[quota];
      const limit = own ?? limits[quota];
      names[`#limit${index}`] = limitAttribute(quota);
      if (own !== undefined) values[`:limit${index}`] = own;
      const asAssumed =
        own === undefined ? `attribute_not_exists(#limit${index})` : `#limit${index} = :limit${index}`;
      if (limit === undefined) return asAssumed;
      names[`#used${index}`] = usedAttribute(quota);
      values[`:room${index}`] = limit - amount;
      const unused = amount <= limit ? `attribute_not_exists(#used${index}) OR ` : '';
      return `${asAssumed} AND (${unused}#used${index} <= :room${index})`;
    });
    return clauses.length > 0 ? { expression: clauses.join(' AND '), names, values } : undefined;
  };

  const refusal = (tenant: string, usage: Usage, found: Item | undefined): Error => {
    remember(tenant, found, usage);
    for (const [quota, amount] of Object.entries(usage)) {
      const limit = numberIn(found, limitAttribute(quota)) ?? limits[quota];
      const used = numberIn(found, usedAttribute(quota)) ?? 0;
      if (limit !== undefined && used + amount > limit)
        return new CloudError(
          'RESOURCE_LIMIT_EXCEEDED',
          `the quota of ${limit} ${quota} is reached (${used} in use)`,
        );
    }
    return new LimitsMoved(`the limits of ${kind} have changed`);
  };

  return {
    claim: (tenant, usage, count) => ({
      update: counterKey(tenant, kind),
      add: added(usage, 1, count),
      when: hasRoom(tenant, usage),
      otherwise: (found) => refusal(tenant, usage, found),
    }),
    release: (tenant, usage, count) => {
      const add = added(usage, -1, -count);
      return Object.keys(add).length > 0 ? [{ update: counterKey(tenant, kind), add }] : [];
    },
  };
};
