import * as z from 'zod/mini';
import { reconciledFields } from '../../../platform/store/reconciled-fields.ts';
import type { ResourceKind } from '../../../platform/store/types.ts';
import type { Reconciled } from '../../../platform/table/resource.ts';
import { Placement } from '../record.ts';

/**
 * Launches that are alike in all but id and name, and so go to EC2 as one call. It is there until each of them has its
 * machine, has failed, or was given up by its owner; nobody lists it.
 */
export const LaunchBatchRecord = z.object({
  ...reconciledFields,
  status: z.enum(['LAUNCHING', 'ERROR']),

  image: z.string(),
  instance_type: z.string(),
  ports: z.optional(z.string()),
  zone: z.optional(z.string()),
  home_zone: z.optional(z.string()),
  subnet_id: z.optional(z.string()),
  security_group_ids: z.optional(z.array(z.string())),
  detailed_monitoring: z.optional(z.boolean()),

  /** Ids of the instances that have yet to get a machine, in order of their creation. */
  members: z.array(z.string()),
  /** What the present attempt asks of EC2, written down before it is asked: the token binds to it. */
  placement: z.optional(Placement),
  /** Members that the present attempt launches for; how many they are is part of what the token binds to. */
  asked: z.optional(z.array(z.string())),
  /** Machines that one attempt asks for at most, where the account has no room for more. */
  at_once: z.optional(z.int()),
  /** How often a zone had no room, and how many attempts came to nothing, since the last that launched something. */
  zones_full: z.optional(z.int()),
  fruitless: z.optional(z.int()),
  /** Since when EC2 says that the token was used, but does not show all of its machines, RFC 3339. */
  incomplete_since: z.optional(z.string()),
  /** Why no further attempt is made. */
  refused: z.optional(z.string()),
});
export type LaunchBatchRecord = z.infer<typeof LaunchBatchRecord> & Reconciled;

export const launchBatchKind: ResourceKind<LaunchBatchRecord> = {
  kind: 'LAUNCH_BATCH',
  label: 'launch batch',
  schema: LaunchBatchRecord as unknown as ResourceKind<LaunchBatchRecord>['schema'],
  names: 'none',
  reconciled: true,
};
