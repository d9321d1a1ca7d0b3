import type { Caller } from '../http/caller.ts';
import { type NewId, timeOf } from '../ids.ts';

/** What the record of every new resource of a reconciled kind begins with. `created_at` is the time in the id. */
export const newRecord = (newId: NewId, { principal: { tenant, user } }: Caller) => {
  const id = newId();
  const at = new Date(timeOf(id)).toISOString();
  return {
    id,
    tenant,
    user_id: user,
    version: 1,
    generation: 1,
    observed_generation: 0,
    attempt: 1,
    failures: 0,
    created_at: at,
    updated_at: at,
  };
};
