import { CloudError, retryable } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import { VersionMoved } from '../../platform/store/signals.ts';
import type { Write } from '../../platform/table/types.ts';
import { itemError } from './actions/begin-each.ts';
import { chunkItem, chunkSize, type ItemState } from './chunk.ts';
import type { ManifestReader } from './manifest.ts';
import { JobMoved, type Look, type RunnerOptions } from './ports.ts';
import { type BatchJobRecord, begunOf, pendingOf } from './record.ts';
import { readChunks } from './settle.ts';

/** How often a slice is tried anew where its targets are changed by others at the same time, before it is left for later. */
const maxTries = 5;

export interface BeginOptions extends Look {
  caller: Caller;
  parameters: unknown;
  manifest: ManifestReader;
  /** Items that may begin in this look. */
  allowed: number;
  /** Milliseconds since the epoch after which no further slice is begun. */
  until: number;
}

const isOwnFault = (error: unknown): error is CloudError =>
  error instanceof CloudError && !retryable[error.kind] && error.type !== 'INTERNAL';

/** What a job's record says once these items have begun. */
const begun = (job: BatchJobRecord, number: number, items: readonly ItemState[], now: number) => {
  const countOf = (wanted: ItemState['status']) => items.filter(({ status }) => status === wanted).length;
  const [running, failed] = [countOf('running'), countOf('failed')];
  const isOpen = running === 0 || job.open_chunks.includes(number);
  const at = new Date(now).toISOString();
  return {
    status: 'running' as const,
    started_at: job.started_at ?? at,
    progress_at: at,
    running: job.running + running,
    succeeded: job.succeeded + countOf('succeeded'),
    failed: job.failed + failed,
    open_chunks: isOpen ? job.open_chunks : [...job.open_chunks, number],
    ...(failed > 0 && !job.continue_on_error && { halted: 'failed' as const }),
  };
};

/**
 * Begins items of a job in the order of their index, a slice of one chunk at a time: the items' own changes, their chunk and
 * the job's counts in one transaction under the job's version. So whatever dies, and however often it is repeated, an item
 * begins once.
 * @returns the job afterwards, and whether its targets are in other hands so that it is better left for a moment
 * @throws JobMoved
 */
export const beginItems = async (
  { tables, store, services, clock }: RunnerOptions,
  { action, caller, parameters, manifest, allowed, until, signal }: BeginOptions,
  job: BatchJobRecord,
): Promise<{ job: BatchJobRecord; isHeld: boolean }> => {
  let current = job;
  let left = allowed;
  let size = chunkSize;
  let tries = 0;
  let begunHere: { number: number; items: ItemState[] } | undefined;

  const itemsOf = async (number: number): Promise<ItemState[]> => {
    if (begunHere?.number === number) return begunHere.items;
    if (begunOf(current) % chunkSize === 0) return [];
    const [chunk] = await readChunks(tables, current, [number], signal);
    return chunk?.items ?? [];
  };

  const targetsOf = async (from: number, count: number): Promise<(string | undefined)[]> =>
    action.takes === 'count'
      ? Array.from({ length: count }, () => undefined)
      : manifest.targets(from, from + count);

  const write = (
    number: number,
    before: readonly ItemState[],
    items: readonly ItemState[],
  ): { after: BatchJobRecord; all: ItemState[]; writes: Write[] } => {
    const { after, write } = store.plan(current, {
      set: begun(current, number, items, clock.now()),
      remove: ['status_reason'],
    });
    const all = [...before, ...items];
    const put = chunkItem(current.tenant, current.id, { number, items: all });
    return { after, all, writes: [write, { put }] };
  };

  /** Several of a kind that are refused alike fail alike, but for a job that stops at its first failure. */
  const failAlike = async (number: number, before: readonly ItemState[], room: number, error: CloudError) => {
    const count = action.takes === 'count' && current.continue_on_error ? room : 1;
    const targets = await targetsOf(begunOf(current), count);
    const items = targets.map((target): ItemState => ({ target, status: 'failed', error: itemError(error) }));
    const { after, all, writes } = write(number, before, items);
    await tables.transact(writes, { signal });
    current = after;
    begunHere = { number, items: all };
    left -= count;
  };

  const moved = async (): Promise<void> => {
    const found = await store.find(current.tenant, current.id, { signal, tombstones: true });
    if (found?.version !== current.version) throw new JobMoved();
  };

  while (!current.halted && left > 0 && clock.now() < until) {
    const from = begunOf(current);
    const number = Math.floor(from / chunkSize);
    const room = Math.min(
      chunkSize - (from % chunkSize),
      pendingOf(current),
      current.concurrency - current.running,
      left,
    );
    if (room <= 0) break;
    const count = Math.min(room, size);
    const before = await itemsOf(number);
    let written: ReturnType<typeof write> | undefined;
    const record = (items: readonly ItemState[]): Write[] => {
      written = write(number, before, items);
      return written.writes;
    };
    try {
      const targets = await targetsOf(from, count);
      const endsAtFailure = !current.continue_on_error;
      const done = await action.begin({ caller, parameters, targets, endsAtFailure, record }, services);
      if (done === undefined || !written) {
        await moved();
        if (++tries >= maxTries) return { job: current, isHeld: true };
        continue;
      }
      current = written.after;
      begunHere = { number, items: written.all };
      left -= done;
      tries = 0;
      size = Math.min(chunkSize, size * 2);
    } catch (error) {
      if (error instanceof VersionMoved) throw new JobMoved();
      if (!isOwnFault(error)) throw error;
      if (count > 1) {
        size = Math.max(1, Math.floor(count / 2));
        continue;
      }
      await failAlike(number, before, room, error).catch((cause: unknown) => {
        throw cause instanceof VersionMoved ? new JobMoved() : cause;
      });
      size = 1;
    }
  }
  return { job: current, isHeld: false };
};
