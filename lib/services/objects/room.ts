import { type Counter, createCounter } from '../../platform/store/counter.ts';
import type { Limits, Usage } from '../../platform/store/types.ts';
import type { Write } from '../../platform/table/types.ts';
import { objectKind } from './keys.ts';

/** What a change takes of a tenant's quotas, or gives back where it is negative, and of the list's total. */
export interface Taken {
  objects?: number;
  object_bytes?: number;
  listed?: number;
}

export interface Room {
  /** One write, or none where nothing changes: refused with `RESOURCE_LIMIT_EXCEEDED` where more is taken than there is. */
  take(tenant: string, taken: Taken): Write[];
}

const isTaken = (usage: Usage): boolean => Object.values(usage).some((amount) => amount > 0);

/** The quotas `objects` and `object_bytes`, held in the counter of a tenant's objects. */
export const createRoom = (limits: Limits): Room => {
  const counter: Counter = createCounter(objectKind, limits);
  return {
    take(tenant, { listed = 0, ...wanted }) {
      const amounts = Object.entries(wanted).filter(([, amount]) => amount !== 0);
      const usage: Usage = Object.fromEntries(amounts);
      if (isTaken(usage)) return [counter.claim(tenant, usage, listed)];
      const given = Object.fromEntries(amounts.map(([name, amount]) => [name, -amount]));
      return counter.release(tenant, given, -listed);
    },
  };
};
