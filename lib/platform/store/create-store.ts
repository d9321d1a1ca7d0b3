import { type Clock, systemClock } from '../clock.ts';
import type { Resource } from '../table/resource.ts';
import type { Tables } from '../table/types.ts';
import { createChange, createPlan, createPlanRemoval, createRemove, createRemoveAlong } from './change.ts';
import type { StoreContext } from './context.ts';
import { createCounter } from './counter.ts';
import { createCreate, createCreateMany } from './create.ts';
import { createFind, createGet } from './find.ts';
import { createList } from './list.ts';
import { createPage } from './page.ts';
import { createRestore } from './restore.ts';
import { createForget, createSettle } from './settle.ts';
import type { Limits, ResourceKind, ResourceStore } from './types.ts';

export interface StoreOptions {
  tables: Tables;
  clock?: Clock;
  /** Default limit of each quota that resources of this kind take from; a quota that is left out has none. */
  limits?: Limits;
}

/** The store of one kind of resource. */
export const createStore = <R extends Resource>(
  kind: ResourceKind<R>,
  { tables, clock = systemClock, limits = {} }: StoreOptions,
): ResourceStore<R> => {
  const context: StoreContext<R> = { kind, tables, clock, counter: createCounter(kind.kind, limits) };
  const find = createFind(context);
  const get = createGet(context, find);
  const list = createList(context);
  return {
    kind,
    create: createCreate(context),
    createMany: createCreateMany(context),
    find,
    get,
    change: createChange(context, get),
    remove: createRemove(context, get),
    restore: createRestore(context, find),
    plan: createPlan(context),
    planRemoval: createPlanRemoval(context),
    removeAlong: createRemoveAlong(context, find),
    list,
    page: createPage(context, list),
    settle: createSettle(context),
    forget: createForget(context),
  };
};
