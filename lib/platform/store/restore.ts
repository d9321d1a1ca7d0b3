import { notFound } from '../errors/index.ts';
import { recorded } from '../http/caller.ts';
import type { Reconciled, Resource } from '../table/resource.ts';
import { commit, editWrite } from './change.ts';
import { type StoreContext, timeOf } from './context.ts';
import { isTombstone } from './find.ts';
import { takeName } from './names.ts';
import { editOf, isReconciled } from './record.ts';
import type { ResourceStore } from './types.ts';
import { untilCurrent } from './until-current.ts';

/** What a delete has set, and what waits for its end. */
const ofTombstone: readonly (keyof Reconciled)[] = ['deleted_at', 'next_attempt_at'];

export const createRestore =
  <R extends Resource>(
    { kind, tables, clock, counter }: StoreContext<R>,
    find: ResourceStore<R>['find'],
  ): ResourceStore<R>['restore'] =>
  (caller, id, decide, answer) =>
    untilCurrent(kind.label, async () => {
      const { principal, signal } = caller;
      const current = await find(principal.tenant, id, { signal, tombstones: true });
      if (!current || !isReconciled(kind, current)) throw notFound(kind.label, kind.absent);
      if (!isTombstone(kind, current)) {
        const answered = recorded(caller, answer(current));
        if (answered.length > 0) await commit(tables, answered, signal);
        return current;
      }
      const { set, remove = [] } = decide(current);
      const change = {
        set: { observed_generation: current.generation, ...set } as unknown as Partial<R>,
        remove: [...ofTombstone, ...remove],
      };
      const edit = editOf<R>(kind, current, change, timeOf(clock));
      await tables.transact(
        [
          ...recorded(caller, answer(edit.after)),
          ...takeName(kind, edit.after),
          editWrite(kind, current, edit),
          counter.claim(current.tenant, {}, 1),
        ],
        { signal },
      );
      return edit.after;
    });
