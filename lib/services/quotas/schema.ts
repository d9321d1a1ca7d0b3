import * as z from 'zod/mini';

/** One limit of a tenant. */
export const Quota = z.object({
  /** What is limited, for example `instances` or `vcpus`. */
  resource: z.string(),
  used: z.int(),
  limit: z.int(),
});
export type Quota = z.infer<typeof Quota>;
