import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/lifecycle/log.ts';
import { VersionMoved } from '../../platform/store/signals.ts';
import type { Tables } from '../../platform/table/types.ts';
import type { Clear } from './clear.ts';
import { type Due, dueOf } from './clearing.ts';
import { clearingPartition, clearingShards } from './keys.ts';

export interface ClearerOptions {
  tables: Tables;
  clock: Clock;
  clear: Clear;
  log: Pick<Log, 'info' | 'error'>;
  /** At most so many in one run, of each shard; default 250. */
  maxPerShard?: number;
}

/** Calls to Amazon S3 at once. */
const together = 10;

/**
 * Clears away what is due, oldest first: bytes that no version has, uploads that nobody completed, deleted objects whose time
 * has come. What fails stays, and is tried by the next run.
 */
export const createClearer = ({ tables, clock, clear, log, maxPerShard = 250 }: ClearerOptions) => {
  const dueIn = async (shard: number, now: string, signal: AbortSignal): Promise<Due[]> => {
    const found: Due[] = [];
    // A sort key goes on behind its time with `#`, which stands before this.
    const query = {
      partition: clearingPartition(shard),
      sort: { before: `${now}~` },
      limit: maxPerShard,
      signal,
    };
    for await (const item of tables.query(query)) {
      found.push(dueOf(item));
      if (found.length === maxPerShard) break;
    }
    return found;
  };

  /** @returns how many were cleared away */
  return async (signal: AbortSignal): Promise<number> => {
    const now = new Date(clock.now()).toISOString();
    const shards = Array.from({ length: clearingShards }, (_, shard) => dueIn(shard, now, signal));
    const due = (await Promise.all(shards)).flat();
    let cleared = 0;
    let failed = 0;
    const one = async (entry: Due): Promise<void> => {
      try {
        if (await clear(entry, signal)) cleared++;
      } catch (error) {
        // Somebody has just written to it: the next run looks again.
        if (error instanceof VersionMoved) return;
        failed++;
        const { what, tenant, id } = entry.clearing;
        log.error('could not clear away', { what, tenant, id, error });
      }
    };
    for (let start = 0; start < due.length && !signal.aborted; start += together)
      await Promise.all(due.slice(start, start + together).map(one));
    log.info('cleared', { due: due.length, cleared, failed });
    return cleared;
  };
};
