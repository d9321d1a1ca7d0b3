import { systemClock } from '../../lib/platform/clock.ts';
import type { Caller } from '../../lib/platform/http/caller.ts';
import type { ListRequest } from '../../lib/platform/http/list.ts';
import { newId } from '../../lib/platform/ids.ts';
import { createStore } from '../../lib/platform/store/create-store.ts';
import type { ResourceKind } from '../../lib/platform/store/types.ts';
import type { Reconciled } from '../../lib/platform/table/resource.ts';
import { costOf, type TestTables } from '../../test/support/tables.ts';

export interface UnitFigures {
  what: string;
  requests: number;
  readUnits: number;
  writeUnits: number;
  /** The bound: on requests, read units or write units. */
  bound: { requests?: number; readUnits?: number; writeUnits?: number };
  held: boolean;
}

/** The newest 20. */
export const firstPage: ListRequest = {
  paged: true,
  page: 1,
  pageSize: 20,
  sortBy: 'createdAt',
  sortDir: 'desc',
};

/** A developer of a tenant of its own. */
export const newCaller = (): Caller => {
  const tenant = newId();
  return {
    requestId: newId(),
    signal: new AbortController().signal,
    viewerAddress: '192.0.2.1',
    userAgent: 'bench',
    principal: {
      tenant,
      user: tenant,
      role: 'developer',
      permissions: new Set(['*']),
      credential: { kind: 'api_key', id: newId() },
    },
  };
};

/** Counts pieces of work one after the other. */
export const createCounter = (test: TestTables) => {
  const figures: UnitFigures[] = [];
  return {
    figures,
    async count<T>(what: string, run: () => Promise<T>, bound: UnitFigures['bound'] = {}): Promise<T> {
      const results: T[] = [];
      const cost = await costOf(test, async () => results.push(await run()));
      const held = Object.entries(bound).every(([unit, most]) => cost[unit as keyof typeof cost] <= most);
      figures.push({ what, ...cost, bound, held });
      return results[0] as T;
    },
  };
};

/** Lets a resource come to rest, as its reconciler would: what is asked of it then is new work. */
export const restOf =
  <R extends Reconciled>(test: TestTables, kind: ResourceKind<R>) =>
  async (caller: Caller, id: string, set: Partial<R> = {}): Promise<void> => {
    const store = createStore(kind, { tables: test.tables, clock: systemClock });
    const record = await store.get(caller.principal.tenant, id);
    const settled = await store.settle(record, { set: { observed_generation: record.generation, ...set } });
    if (!settled) throw new Error(`${kind.kind} ${id} has moved on`);
  };
