import type { Clock } from '../clock.ts';
import type { Log } from '../lifecycle/log.ts';
import { type OutgoingMessage, type QueuesByKind, queueOf, type ReconcileQueue } from '../lifecycle/ports.ts';
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
  /** Only these kinds; default all. */
  kinds?: readonly string[];
  /** How soon the same resource is sent again if nothing comes of it; default 120 s. */
  claimMilliseconds?: number;
  /** Further fields of the run's log line, for example a metric of what needs a person. */
  measure?: (found: { stuck: number }) => object;
}

/** So many are claimed at once, and sent together. */
const together = 50;

/** Signals that another sweep, or the worker itself, was faster. */
class Claimed extends Error {}

type Due = Pick<Item, 'pk' | 'sk' | 'wsk'> & { pk: string; sk: string; wsk: string };

/**
 * Finds what should have moved and did not (a lost message, a dead worker), oldest first, and has it looked at again.
 * It reads the work index only. Each one is claimed by moving its due time, so that a stuck one is sent again every
 * two minutes and not by every sweep; that write leaves the version alone, so it is in nobody's way.
 */
export const createSweeper = (options: SweeperOptions) => {
  const { tables, queues, clock, log, kinds } = options;
  const { graceMilliseconds = 30_000, maxPerRun = 1_000, claimMilliseconds = 120_000 } = options;
  const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

  const isWanted = (item: Due): boolean =>
    kinds === undefined || kinds.includes(parseResourceKey(item)?.kind ?? '');

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
        if (!isWanted(item as Due)) continue;
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
    const claimed = async (one: Due): Promise<OutgoingMessage | undefined> => {
      const ref = parseResourceKey(one);
      const record = byKey.get(`${one.pk} ${one.sk}`);
      if (!ref || !record || isAtRest(record)) return undefined;
      // One of a kind without a queue must not keep the others back, nor be put off.
      queueOf(queues, ref.kind);
      const later = record.next_attempt_at ? Date.parse(record.next_attempt_at) : 0;
      if (!(await claim(one, Math.max(now + claimMilliseconds, later), signal)) || later > now)
        return undefined;
      const event_id = `${ref.id}:${record.generation}:sweep:${iso(now)}`;
      return { message: { ...ref, generation: record.generation, event_id }, delaySeconds: 0 };
    };
    const stuck = [...byKey.values()].filter((record) => !isAtRest(record) && isStuck(record, now)).length;
    let sent = 0;
    let failed = 0;
    const fail = (key: object, error: unknown): void => {
      failed++;
      log.error('could not send again', { ...key, error });
    };
    for (let start = 0; start < due.length && !signal?.aborted; start += together) {
      const some = due.slice(start, start + together);
      const claims = await Promise.allSettled(some.map(claimed));
      const byQueue = new Map<ReconcileQueue, OutgoingMessage[]>();
      for (const [index, outcome] of claims.entries()) {
        if (outcome.status === 'rejected') fail({ pk: some[index]?.pk, sk: some[index]?.sk }, outcome.reason);
        else if (outcome.value) {
          const queue = queueOf(queues, outcome.value.message.kind);
          byQueue.set(queue, [...(byQueue.get(queue) ?? []), outcome.value]);
        }
      }
      await Promise.all(
        [...byQueue].map(async ([queue, messages]) => {
          const unsent = await queue.send(messages, signal);
          for (const [index, error] of unsent) fail({ ...messages[index]?.message }, error);
          sent += messages.length - unsent.size;
        }),
      );
    }
    log.info('swept', { overdue: due.length, sent, failed, stuck, ...options.measure?.({ stuck }) });
    return sent;
  };
};
