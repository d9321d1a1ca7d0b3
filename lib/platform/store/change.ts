import { CloudError } from '../errors/index.ts';
import { type Caller, recorded } from '../http/caller.ts';
import { resourceKey } from '../table/keys.ts';
import type { Reconciled, Resource } from '../table/resource.ts';
import type { Tables, Write } from '../table/types.ts';
import { type StoreContext, timeOf } from './context.ts';
import { freeName, moveName } from './names.ts';
import { type Edit, editOf, isReconciled } from './record.ts';
import { atVersion, VersionMoved, versionMoved } from './signals.ts';
import type { ResourceKind, ResourceStore } from './types.ts';

/** More writers than this, at once on one resource, and one of them is told to come back. */
const maxTries = 25;

/** An edit as a write that fails with `VersionMoved`. */
export const editWrite = <R extends Resource>(
  kind: ResourceKind<R>,
  before: R,
  { set, remove }: Edit<R>,
): Write => ({
  update: resourceKey(before.tenant, kind.kind, before.id),
  set,
  remove,
  when: atVersion(before.version),
  otherwise: versionMoved,
});

/** One write goes by itself, at half the price. */
export const commit = async (
  tables: Tables,
  writes: readonly Write[],
  signal?: AbortSignal,
): Promise<void> => {
  const [only] = writes;
  if (only && writes.length === 1) await tables.write(only, { signal });
  else await tables.transact(writes, { signal });
};

/** Runs `attempt`, which reads and writes, until nobody was faster in between. */
const untilCurrent = async <T>(label: string, attempt: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof VersionMoved)) throw error;
      if (tries === maxTries)
        throw new CloudError('CONFLICT', `the ${label} is being changed by others`, { cause: error });
    }
  }
};

/** What a new intent changes besides: a fresh generation with a fresh error budget, to be looked at now. */
const newIntent = <R extends Resource>(
  kind: ResourceKind<R>,
  current: R,
): { set: object; remove: string[] } =>
  isReconciled(kind, current)
    ? {
        set: { generation: current.generation + 1, failures: 0 } satisfies Partial<Reconciled>,
        remove: ['next_attempt_at'],
      }
    : { set: {}, remove: [] };

export const createChange =
  <R extends Resource>(
    { kind, tables, clock }: StoreContext<R>,
    get: ResourceStore<R>['get'],
  ): ResourceStore<R>['change'] =>
  (caller: Caller, idOrName, decide, answer) =>
    untilCurrent(kind.label, async () => {
      const { signal } = caller;
      const current = await get(caller.principal.tenant, idOrName, { signal });
      const decided = decide(current);
      if (!decided) {
        await commitAnswer(tables, recorded(caller, answer(current)), signal);
        return current;
      }
      const intent = decided.intent ? newIntent(kind, current) : { set: {}, remove: [] };
      const change = {
        set: { ...intent.set, ...decided.set } as Partial<R>,
        remove: [...intent.remove, ...(decided.remove ?? [])],
      };
      const edit = editOf(kind, current, change, timeOf(clock));
      const writes = [
        ...recorded(caller, answer(edit.after)),
        ...moveName(kind, current, edit.after),
        editWrite(kind, current, edit),
        ...(decided.extra ?? []),
      ];
      await commit(tables, writes, signal);
      return edit.after;
    });

const commitAnswer = async (tables: Tables, writes: readonly Write[], signal: AbortSignal): Promise<void> => {
  if (writes.length > 0) await commit(tables, writes, signal);
};

export const createRemove =
  <R extends Resource>(
    { kind, tables, clock, counter }: StoreContext<R>,
    get: ResourceStore<R>['get'],
  ): ResourceStore<R>['remove'] =>
  (caller, idOrName, decide, answer) =>
    untilCurrent(kind.label, async () => {
      const { signal } = caller;
      const current = await get(caller.principal.tenant, idOrName, { signal });
      const { set, usage = {}, extra = [] } = decide(current);
      const { tenant } = current;
      const common = [...recorded(caller, answer), ...freeName(kind, current)];
      if (!kind.reconciled) {
        const gone: Write = {
          delete: resourceKey(tenant, kind.kind, current.id),
          when: atVersion(current.version),
          otherwise: versionMoved,
        };
        await tables.transact([...common, gone, ...counter.release(tenant, usage, 1), ...extra], { signal });
        return current;
      }
      const now = timeOf(clock);
      const intent = newIntent(kind, current);
      const change = {
        set: { ...intent.set, deleted_at: now, ...set } as unknown as Partial<R>,
        remove: intent.remove,
      };
      const edit = editOf(kind, current, change, now);
      const tombstone = editWrite(kind, current, edit);
      await tables.transact([...common, tombstone, ...counter.release(tenant, {}, 1), ...extra], { signal });
      return edit.after;
    });
