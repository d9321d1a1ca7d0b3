import * as z from 'zod/mini';
import { Email } from '../auth/schema.ts';

export const Invitation = z.object({
  id: z.guid(),
  /** Only this e-mail may use it; left out: anybody who holds the code. */
  email: z.optional(z.string()),
  /** What the invited person registers with. Whole in the answer that makes it, and never again. */
  invitation: z.optional(z.string()),
  state: z.enum(['OPEN', 'USED', 'EXPIRED']),
  created_by: z.guid(),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
});
export type Invitation = z.infer<typeof Invitation>;

export const CreateInvitation = z.object({
  email: z.optional(Email),
  /** 1 to 720 (30 days); a week by default. */
  expires_in_hours: z._default(z.int().check(z.gte(1), z.lte(720)), 168),
});
export type CreateInvitation = z.infer<typeof CreateInvitation>;
