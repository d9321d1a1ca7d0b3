import { resourceKey } from '../table/keys.ts';
import type { Resource } from '../table/resource.ts';
import { commit, editWrite } from './change.ts';
import { type StoreContext, timeOf } from './context.ts';
import { moveName } from './names.ts';
import { editOf } from './record.ts';
import { atVersion, VersionMoved, versionMoved } from './signals.ts';
import type { ResourceStore } from './types.ts';

/** Whether the write found the version it was decided on. */
const unlessMoved = async (write: () => Promise<void>): Promise<boolean> => {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof VersionMoved) return false;
    throw error;
  }
};

export const createSettle =
  <R extends Resource>({ kind, tables, clock }: StoreContext<R>): ResourceStore<R>['settle'] =>
  async (resource, { set, remove, extra = [] }, signal) => {
    const edit = editOf(kind, resource, { set, remove }, timeOf(clock));
    const writes = [editWrite(kind, resource, edit), ...moveName(kind, resource, edit.after), ...extra];
    return (await unlessMoved(() => commit(tables, writes, signal))) ? edit.after : undefined;
  };

export const createForget =
  <R extends Resource>({ kind, tables, counter }: StoreContext<R>): ResourceStore<R>['forget'] =>
  (resource, usage, extra = [], signal) =>
    unlessMoved(() =>
      tables.transact(
        [
          {
            delete: resourceKey(resource.tenant, kind.kind, resource.id),
            when: atVersion(resource.version),
            otherwise: versionMoved,
          },
          ...counter.release(resource.tenant, usage, 0),
          ...extra,
        ],
        { signal },
      ),
    );
