import * as z from 'zod/mini';

/** `GET /health/live` (contract 2.22). */
export const Liveness = z.object({ status: z.literal('ok') });

/** `GET /health`: a check's text is `CONNECTED`, or begins with `DISCONNECTED` and says why. */
export const Health = z.object({
  status: z.enum(['UP', 'DEGRADED']),
  checks: z.object({
    database: z.string(),
    /** The contract's name for what runs instances. */
    docker: z.string(),
  }),
  time: z.string(),
});
export type Health = z.infer<typeof Health>;

/** `GET /health/ovs`: the virtual networks. */
export const NetworkHealth = z.object({
  status: z.enum(['healthy', 'degraded', 'unavailable']),
  message: z.optional(z.string()),
  error: z.optional(z.string()),
});
export type NetworkHealth = z.infer<typeof NetworkHealth>;
