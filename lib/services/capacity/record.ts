import * as z from 'zod/mini';
import type { Key } from '../../platform/table/types.ts';

/** All workload accounts. */
export const capacityPartition = 'CAPACITY';

/** One workload account, by the name that the composition gives it. */
export const capacityKey = (name: string): Key => ({ pk: capacityPartition, sk: name });

/** How many of a resource the platform's records claim; those that are going included. */
export const claimedAttribute = (resource: string): string => `claimed_${resource}`;
/** How many the account has room for beside what is somebody else's; absent until it was measured. */
export const roomAttribute = (resource: string): string => `room_${resource}`;

/** What was measured, as it is stored. */
export const Measured = z.object({
  account: z.string(),
  measured_at: z.string(),
  gauges: z.array(z.object({ resource: z.string(), used: z.number(), limit: z.number() })),
});
