import type { Clock } from '../clock.ts';
import type { Log } from '../lifecycle/log.ts';
import { type QueuesByKind, queueOf } from '../lifecycle/ports.ts';
import { isAtRest } from '../lifecycle/settlement.ts';
import { parseResourceKey } from '../table/keys.ts';
import type { Reconciled } from '../table/resource.ts';
import type { Item, Tables } from '../table/types.ts';
import { isStuck } from './stuck.ts';
import { workKeys, workPartition, workShards } from './work-index.ts';

export interface SweeperOptions {
  tables: Tables;
  queues: QueuesByKind;
  clock: Clock;
  log: Pick<Log, 'info' | 'error'>;
  /** How long something may be overdue before the sweeper minds; default 30 s. */
  graceMilliseconds?: number;
  /** At most this many are sent again in one run; default 1,000. */
  maxPerRun?: number;
  /** Further fields of the run's log line, for example a metric of what needs a person. */
  measure?: (found: { stuck: number }) => object;
}

/** How soon the same resource is swept again if nothing comes of it. */
const claimMilliseconds = 120_000;

/** Signals that another sweep, or the worker itself, was faster. */
class Claimed extends Error {}

type Due = Pick<Item, 'pk' | 'sk' | 'wsk'> & { pk: string; sk: string; wsk: string };

/**
 * Finds what should have moved and did not (a lost message, a dead worker), oldest first, and has it looked at again.
 * It reads the work index only. Each one is claimed by moving its due time, so that a stuck one is sent again every
 * two minutes and not by every sweep; that write leaves the version alone, so it is in nobody's way.
 */
export const createSweeper = (options: SweeperOptions) => {
  const { tables, queues, clock, log, graceMilliseconds = 30_000, maxPerRun = 1_000 } = options;
  const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

  const overdue = async (now: number, signal?: AbortSignal): Promise<Due[]> => {
    const shards = Array.from({ length: workShards }, async (_, shard) => {
      const due: Due[] = [];
      const sort = { before: iso(now - graceMilliseconds) };
      const items = tables.query({
        index: 'work',
        partition: workPartition(shard),
        sort,
        limit: maxPerRun,
        signal,
      });
      for await (const item of items) {
        due.push(item as Due);
        if (due.length === maxPerRun) break;
      }
      return due;
    });
    const all = (await Promise.all(shards)).flat();
    return all.sort((a, b) => (a.wsk < b.wsk ? -1 : a.wsk > b.wsk ? 1 : 0)).slice(0, maxPerRun);
  };

  const claim = async ({ pk, sk, wsk }: Due, due: number, signal?: AbortSignal): Promise<boolean> => {
    const ref = parseResourceKey({ pk, sk });
    if (!ref) return false;
    const when = { expression: '#wsk = :wsk', names: { '#wsk': 'wsk' }, values: { ':wsk': wsk } };
    try {
      const keys = workKeys(ref.tenant, ref.kind, ref.id, iso(due));
      await tables.write({ update: { pk, sk }, set: keys, when, otherwise: () => new Claimed() }, { signal });
      return true;
    } catch (error) {
      if (error instanceof Claimed) return false;
      throw error;
    }
  };

  /** @returns how many were sent again */
  return async (signal?: AbortSignal): Promise<number> => {
    const now = clock.now();
    const due = await overdue(now, signal);
    const records = await tables.batchGet(
      due.map(({ pk, sk }) => ({ pk, sk })),
      {
        consistent: true,
        project: [
          'pk',
          'sk',
          'generation',
          'observed_generation',
          'deleted_at',
          'next_attempt_at',
          'updated_at',
        ],
        signal,
      },
    );
    const byKey = new Map(
      records.map((record) => [`${record.pk} ${record.sk}`, record as unknown as Reconciled]),
    );
    const again = async (one: Due): Promise<number> => {
      const ref = parseResourceKey(one);
      const record = byKey.get(`${one.pk} ${one.sk}`);
      if (!ref || !record || isAtRest(record)) return 0;
      const later = record.next_attempt_at ? Date.parse(record.next_attempt_at) : 0;
      if (!(await claim(one, Math.max(now + claimMilliseconds, later), signal)) || later > now) return 0;
      const event_id = `${ref.id}:${record.generation}:sweep:${iso(now)}`;
      const message = { ...ref, generation: record.generation, event_id };
      const unsent = await queueOf(queues, ref.kind).send([{ message, delaySeconds: 0 }], signal);
      for (const error of unsent.values()) throw error;
      return 1;
    };
    const stuck = [...byKey.values()].filter((record) => !isAtRest(record) && isStuck(record, now)).length;
    let sent = 0;
    let failed = 0;
    for (const one of due) {
      try {
        sent += await again(one);
      } catch (error) {
        // One that can't be sent, for example of a kind without a queue, must not keep the others back.
        failed++;
        log.error('could not send again', { pk: one.pk, sk: one.sk, error });
        if (signal?.aborted) break;
      }
    }
    log.info('swept', { overdue: due.length, sent, failed, stuck, ...options.measure?.({ stuck }) });
    return sent;
  };
};
