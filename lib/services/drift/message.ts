import * as z from 'zod/mini';

/** What the schedule sends: it is time for a comparison. */
export const DriftDue = z.object({
  source: z.literal('thecloud'),
  'detail-type': z.literal('DriftDue'),
});
export type DriftDue = z.infer<typeof DriftDue>;
