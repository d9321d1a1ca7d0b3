import type { Clock } from '../clock.ts';
import type { Item, Key, Tables } from '../table/types.ts';
import { createCache } from './cache.ts';
import { identityKeys } from './records.ts';

const minuteMilliseconds = 60_000;
/** A use older than this is forgotten and shown as never. */
const keptSeconds = 400 * 24 * 3600;

/** When keys were last used: coarse, at most one write a minute and key over all executions. */
export interface LastUse {
  /** What is worth reading with the rest before a use of the key is noted: nothing where it is known already. */
  toRead(tenant: string, id: string): readonly Key[];
  /** Learns from the item that was read: within the same minute there is nothing to note. */
  learn(id: string, item: Item | undefined): void;
  /**
   * Notes a use, beside the request and never failing it. On AWS an execution may be frozen before the write is through;
   * a later use makes it up.
   */
  note(tenant: string, id: string): void;
}

export const createLastUse = (parts: {
  tables: Tables;
  clock: Clock;
  /** Told about a write that failed. */
  report: (error: unknown) => void;
}): LastUse => {
  const { tables, clock, report } = parts;
  const noted = createCache<true>(clock, 5_000);
  return {
    toRead: (tenant, id) => (noted.get(id) ? [] : [identityKeys.apiKeyUse(tenant, id)]),
    learn(id, item) {
      if (typeof item?.last_used === 'string')
        noted.set(id, true, Date.parse(item.last_used) + minuteMilliseconds);
    },
    note(tenant, id) {
      if (noted.get(id)) return;
      const now = clock.now();
      noted.set(id, true, now + minuteMilliseconds);
      const write = tables.write({
        update: identityKeys.apiKeyUse(tenant, id),
        set: { last_used: new Date(now).toISOString(), expires_at: Math.floor(now / 1000) + keptSeconds },
        when: {
          expression: 'attribute_not_exists(last_used) OR last_used < :minuteAgo',
          values: { ':minuteAgo': new Date(now - minuteMilliseconds).toISOString() },
        },
        otherwise: () => new RecentlyNoted(),
      });
      write.catch((error: unknown) => {
        if (!(error instanceof RecentlyNoted)) report(error);
      });
    },
  };
};

/** Another execution was faster within the minute. */
class RecentlyNoted extends Error {}
