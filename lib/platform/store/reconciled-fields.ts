import * as z from 'zod/mini';
import type { LifecycleEvent } from '../table/resource.ts';

const watcher = z.object({ kind: z.string(), id: z.string() });

/** The stored fields of `Reconciled`, for a kind's record schema; the kind adds `status` and fields of its own. */
export const reconciledFields = {
  id: z.string(),
  tenant: z.string(),
  user_id: z.string(),
  name: z.string(),
  version: z.int(),
  created_at: z.string(),
  updated_at: z.string(),
  generation: z.int(),
  observed_generation: z.int(),
  attempt: z.int(),
  failures: z.int(),
  next_attempt_at: z.optional(z.string()),
  status_reason: z.optional(z.string()),
  create_asked_at: z.optional(z.string()),
  deleted_at: z.optional(z.string()),
  event: z.optional(z.custom<LifecycleEvent>((value) => typeof value === 'object')),
  watched_by: z.optional(watcher),
  watchers: z.optional(z.array(watcher)),
  news: z.optional(z.int()),
};
