import { type Caller, recorded } from '../http/caller.ts';
import { resourceKey } from '../table/keys.ts';
import type { Reconciled, Resource } from '../table/resource.ts';
import type { Tables, Write } from '../table/types.ts';
import { type StoreContext, timeOf } from './context.ts';
import { freeName, moveName } from './names.ts';
import { type Edit, editOf, isReconciled } from './record.ts';
import { atVersion, versionMoved } from './signals.ts';
import type { ResourceKind, ResourceStore } from './types.ts';
import { untilCurrent } from './until-current.ts';

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

interface IntendedChange<R> {
  set?: Partial<R>;
  remove?: readonly (keyof R & string)[];
  intent?: boolean;
}

const intendedEdit = <R extends Resource>(
  kind: ResourceKind<R>,
  current: R,
  { set, remove = [], intent }: IntendedChange<R>,
  now: string,
): Edit<R> => {
  const fresh = intent ? newIntent(kind, current) : { set: {}, remove: [] };
  const change = { set: { ...fresh.set, ...set } as Partial<R>, remove: [...fresh.remove, ...remove] };
  return editOf(kind, current, change, now);
};

export const createPlan =
  <R extends Resource>({ kind, clock }: StoreContext<R>): ResourceStore<R>['plan'] =>
  (resource, change) => {
    const edit = intendedEdit(kind, resource, change, timeOf(clock));
    return { after: edit.after, write: editWrite(kind, resource, edit) };
  };

/** What makes a reconciled resource a tombstone: hidden, its name free, out of its counter's list. */
const tombstoneWrites = <R extends Resource>(
  { kind, clock, counter }: StoreContext<R>,
  current: R,
  set: Partial<R> | undefined,
): { edit: Edit<R>; writes: Write[] } => {
  const now = timeOf(clock);
  const intent = newIntent(kind, current);
  const change = {
    set: { ...intent.set, deleted_at: now, ...set } as unknown as Partial<R>,
    remove: intent.remove,
  };
  const edit = editOf(kind, current, change, now);
  return {
    edit,
    writes: [
      ...freeName(kind, current),
      editWrite(kind, current, edit),
      ...counter.release(current.tenant, {}, 1),
    ],
  };
};

export const createRemoveAlong =
  <R extends Resource>(
    context: StoreContext<R>,
    find: ResourceStore<R>['find'],
  ): ResourceStore<R>['removeAlong'] =>
  (tenant, id, { set, extra = [] }, signal) =>
    untilCurrent(context.kind.label, async () => {
      const current = await find(tenant, id, { signal });
      if (!current) return false;
      await context.tables.transact([...tombstoneWrites(context, current, set).writes, ...extra], { signal });
      return true;
    });

export const createPlanRemoval =
  <R extends Resource>(context: StoreContext<R>): ResourceStore<R>['planRemoval'] =>
  (resource, set) =>
    tombstoneWrites(context, resource, set).writes;

export const createChange =
  <R extends Resource>(
    { kind, tables, clock, counter }: StoreContext<R>,
    get: ResourceStore<R>['get'],
  ): ResourceStore<R>['change'] =>
  (caller: Caller, idOrName, decide, answer) =>
    untilCurrent(kind.label, async () => {
      const { signal } = caller;
      const current = await get(caller.principal.tenant, idOrName, { signal });
      const decided = await decide(current);
      if (!decided) {
        await commitAnswer(tables, recorded(caller, answer(current)), signal);
        return current;
      }
      const edit = intendedEdit(kind, current, decided, timeOf(clock));
      const writes = [
        ...recorded(caller, answer(edit.after)),
        ...moveName(kind, current, edit.after),
        editWrite(kind, current, edit),
        ...(decided.usage ? [counter.claim(current.tenant, decided.usage, 0)] : []),
        ...(decided.extra ?? []),
      ];
      await commit(tables, writes, signal);
      return edit.after;
    });

const commitAnswer = async (tables: Tables, writes: readonly Write[], signal: AbortSignal): Promise<void> => {
  if (writes.length > 0) await commit(tables, writes, signal);
};

export const createRemove =
  <R extends Resource>(context: StoreContext<R>, get: ResourceStore<R>['get']): ResourceStore<R>['remove'] =>
  (caller, idOrName, decide, answer) => {
    const { kind, tables, counter } = context;
    return untilCurrent(kind.label, async () => {
      const { signal } = caller;
      const current = await get(caller.principal.tenant, idOrName, { signal });
      const { set, usage = {}, extra = [] } = await decide(current);
      const answered = recorded(caller, answer);
      if (!kind.reconciled) {
        const gone: Write = {
          delete: resourceKey(current.tenant, kind.kind, current.id),
          when: atVersion(current.version),
          otherwise: versionMoved,
        };
        const counted = counter.release(current.tenant, usage, 1);
        await tables.transact([...answered, ...freeName(kind, current), gone, ...counted, ...extra], {
          signal,
        });
        return current;
      }
      const { edit, writes } = tombstoneWrites(context, current, set);
      await tables.transact([...answered, ...writes, ...extra], { signal });
      return edit.after;
    });
  };
