import * as z from 'zod/mini';

/** One limited resource of a workload account, as it was last measured. */
export const CapacityUse = z.object({
  /** The account that tenants' things live in, twelve digits. */
  account: z.string(),
  /** What is limited, for example `vpcs`. */
  resource: z.string(),
  /** All that the account has, the platform's own and everybody else's. */
  used: z.number(),
  limit: z.number(),
  /** Of the limit, rounded down. */
  percent: z.int(),
  measured_at: z.string(),
});
export type CapacityUse = z.infer<typeof CapacityUse>;
