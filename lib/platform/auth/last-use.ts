import type { Clock } from '../clock.ts';
import type { Tables } from '../table/types.ts';
import { createCache } from './cache.ts';
import { identityKeys } from './records.ts';

const minuteMilliseconds = 60_000;
/** A use older than this is forgotten and shown as never. */
const keptSeconds = 400 * 24 * 3600;

/**
 * Notes when a key was last used: coarse, at most one write a minute and key over all executions, beside the request and
 * never failing it. On AWS an execution may be frozen before the write is through; a later use makes it up.
 */
export const createLastUse = (parts: {
  tables: Tables;
  clock: Clock;
  /** Told about a write that failed. */
  report: (error: unknown) => void;
}) => {
  const { tables, clock, report } = parts;
  const noted = createCache<true>(clock, 5_000);
  return (tenant: string, id: string): void => {
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
  };
};

/** Another execution was faster within the minute. */
class RecentlyNoted extends Error {}
