import * as z from 'zod/mini';

/** What was done to a resource, by whom, and how it ended. */
export const Action = z.object({
  id: z.string(),
  /** For example `launch`, `stop`, `terminate`. */
  action: z.string(),
  /** The user who asked; absent for what happened by itself. */
  user: z.optional(z.string()),
  request_id: z.optional(z.string()),
  requested_at: z.string(),
  completed_at: z.optional(z.string()),
  outcome: z.enum(['pending', 'succeeded', 'failed']),
  /** Of what happened by itself (`observe`): the state that was seen. */
  state: z.optional(z.string()),
  /** Why it failed. */
  error: z.optional(z.string()),
});
export type Action = z.infer<typeof Action>;

const text = z.string().check(z.minLength(1));

/** An event of the bus, as far as the history takes it in. */
export const ActionEvent = z.object({
  id: text,
  action_id: text,
  action: text,
  phase: z.enum(['requested', 'succeeded', 'failed', 'observed']),
  at: text,
  user: z.optional(z.string()),
  request_id: z.optional(z.string()),
  error: z.optional(z.string()),
  /** The resource's state after it. */
  status: z.optional(z.string()),
  kind: text,
  tenant: text,
  resource_id: text,
});
export type ActionEvent = z.infer<typeof ActionEvent>;
