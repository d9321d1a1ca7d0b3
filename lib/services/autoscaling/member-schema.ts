import * as z from 'zod/mini';
import { IdParam } from '../../platform/http/params.ts';

/** An instance of a group, beyond the contract; the words are those of AWS's scaling groups. */
export const GroupInstance = z.object({
  instance_id: z.string(),
  /** Absent while the instance's record is gone and the group has not seen it yet. */
  name: z.optional(z.string()),
  image: z.string(),
  lifecycle_state: z.enum(['PENDING', 'IN_SERVICE', 'TERMINATING']),
  health: z.enum(['HEALTHY', 'UNHEALTHY']),
  /** Why it is unhealthy or on its way out. */
  reason: z.optional(z.string()),
  protected_from_scale_in: z.boolean(),
  launched_at: z.string(),
  in_service_at: z.optional(z.string()),
});
export type GroupInstance = z.infer<typeof GroupInstance>;

export const GroupInstanceParams = z.object({ id: IdParam, instanceId: IdParam });
export const ProtectInstance = z.strictObject({ protected: z.boolean() });
export type ProtectInstance = z.infer<typeof ProtectInstance>;
