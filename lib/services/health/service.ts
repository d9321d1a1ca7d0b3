import type { Clock } from '../../platform/clock.ts';
import type { Tables } from '../../platform/table/types.ts';
import { exposition } from '../../platform/totals/exposition.ts';
import { readTotals } from '../../platform/totals/read-totals.ts';
import type { Total } from '../../platform/totals/total.ts';
import { workPartition, workShards } from '../../platform/work/work-index.ts';
import { vitalFamilies } from './metrics.ts';
import type { Health, NetworkHealth } from './schema.ts';

/** Milliseconds that an answer holds, so that a public route without a limit can't be made expensive. */
const cachedMilliseconds = 2_000;

/** Milliseconds after which the table counts as gone: a probe wants an answer, not patience. */
const patience = 2_000;

/** Milliseconds by which work may be late before whoever does it counts as gone: several sweeps have passed it by then. */
const tolerated = 15 * 60_000;

/** What the table says of the platform. */
export interface Vitals {
  database: { connected: true } | { connected: false; reason: string };
  /** Milliseconds by which the oldest work is late; 0 where none is. */
  late: number;
}

export interface HealthService {
  vitals(): Promise<Vitals>;
  /**
   * In the text format of Prometheus. Where the table can't be read, only that it can't.
   * @throws CloudError `UNAVAILABLE` where it can, but not the totals
   */
  metrics(): Promise<string>;
  health(): Promise<Health>;
  networks(): Promise<NetworkHealth>;
}

/** When the oldest work of a shard is or was due, in milliseconds since the epoch. */
const oldestDue = async (tables: Tables, shard: number, signal: AbortSignal): Promise<number> => {
  const { items } = await tables.queryPage({
    index: 'work',
    partition: workPartition(shard),
    limit: 1,
    signal,
  });
  const due = Date.parse(String(items[0]?.wsk ?? '').split('#')[0] ?? '');
  return Number.isNaN(due) ? Number.POSITIVE_INFINITY : due;
};

/**
 * Health as the table shows it, without asking EC2: the API functions can't. If changes that were asked for wait far beyond
 * their time, nothing brings them about, whatever the cause; that is what a user would notice.
 */
export const createHealthService = (options: {
  tables: Tables;
  clock: Clock;
  /** What `metrics` shows of what is kept, in its order. */
  totals: readonly Total[];
}): HealthService => {
  const { tables, clock, totals } = options;

  /** The same answer for everybody who asks within two seconds. A failure is not kept. */
  const briefly = <T>(look: () => Promise<T>): (() => Promise<T>) => {
    let cached: { at: number; answer: Promise<T> } | undefined;
    return () => {
      const now = clock.now();
      if (cached && now - cached.at < cachedMilliseconds) return cached.answer;
      const fresh = { at: now, answer: look() };
      cached = fresh;
      fresh.answer.catch(() => {
        if (cached === fresh) cached = undefined;
      });
      return fresh.answer;
    };
  };

  const look = async (): Promise<Vitals> => {
    const signal = AbortSignal.timeout(patience);
    try {
      const shards = Array.from({ length: workShards }, (_, shard) => oldestDue(tables, shard, signal));
      const due = Math.min(...(await Promise.all(shards)));
      return { database: { connected: true }, late: Math.max(0, clock.now() - due) };
    } catch (error) {
      return { database: { connected: false, reason: (error as Error).name }, late: 0 };
    }
  };

  const vitals = briefly(look);

  const metrics = briefly(async () => {
    const found = await vitals();
    const kept = found.database.connected
      ? await readTotals(tables, totals, AbortSignal.timeout(patience))
      : [];
    return exposition([...vitalFamilies(found), ...kept]);
  });

  const lateness = ({ late }: Vitals): string | undefined =>
    late > tolerated ? `changes have been waiting for ${Math.floor(late / 60_000)} minutes` : undefined;

  return {
    vitals,
    metrics,
    async health() {
      const found = await vitals();
      const { database } = found;
      const waiting = lateness(found);
      const compute = database.connected ? waiting : 'not known without the database';
      return {
        status: database.connected && !waiting ? 'UP' : 'DEGRADED',
        checks: {
          database: database.connected ? 'CONNECTED' : `DISCONNECTED: ${database.reason}`,
          docker: compute ? `DISCONNECTED: ${compute}` : 'CONNECTED',
        },
        time: new Date(clock.now()).toISOString(),
      };
    },
    async networks() {
      const found = await vitals();
      if (!found.database.connected) return { status: 'unavailable', error: found.database.reason };
      const waiting = lateness(found);
      return waiting ? { status: 'degraded', message: waiting } : { status: 'healthy' };
    },
  };
};
