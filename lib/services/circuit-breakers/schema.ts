import * as z from 'zod/mini';
import { circuitStates } from '../../platform/breaker/circuit.ts';

/** How a backend is, as those who call it have found. */
export const CircuitBreaker = z.object({
  backend: z.string(),
  /** `closed`: all is well; `open`: batch jobs begin nothing that needs it; `half_open`: one item at a time, as a probe. */
  state: z.enum(circuitStates),
  /** In a row, up to now. */
  failures: z.int(),
  /** The failure that was last seen, for example `RequestLimitExceeded`. */
  reason: z.optional(z.string()),
  opened_at: z.optional(z.string()),
  /** When the next probe may go. */
  until: z.optional(z.string()),
});
export type CircuitBreaker = z.infer<typeof CircuitBreaker>;
