import * as z from 'zod/mini';
import { FilterPolicy } from './filter-policy/schema.ts';

export const protocols = ['queue', 'webhook'] as const;
export const Protocol = z.enum(protocols);
export type Protocol = z.infer<typeof Protocol>;

/** `DISABLED`: takes no messages, by its owner's wish or after a day of failures. */
export const SubscriptionStatus = z.enum(['ACTIVE', 'DISABLED', 'ERROR']);
export type SubscriptionStatus = z.infer<typeof SubscriptionStatus>;

/** Contract 2.12, and what is beyond it. */
export const Subscription = z.object({
  id: z.string(),
  user_id: z.string(),
  topic_id: z.string(),
  protocol: Protocol,
  /** The id of a queue, or a URL. */
  endpoint: z.string(),
  status: SubscriptionStatus,
  /** Why it is `DISABLED`. */
  disabled_reason: z.optional(z.string()),
  /** Since when no delivery has succeeded; absent while all is well. */
  failing_since: z.optional(z.string()),
  filter_policy: z.optional(FilterPolicy),
  created_at: z.string(),
  updated_at: z.string(),
});
export type Subscription = z.infer<typeof Subscription>;

/** The answer of the create. */
export const NewSubscription = z.extend(Subscription, {
  /** Of webhooks: what their signatures are made with. Shown here and by a rotation, and never again. */
  signing_secret: z.optional(z.string()),
});
export type NewSubscription = z.infer<typeof NewSubscription>;

export const CreateSubscription = z.object({
  protocol: Protocol,
  endpoint: z.string().check(z.minLength(1), z.maxLength(2_048)),
  filter_policy: z.nullish(FilterPolicy),
});
export type CreateSubscription = z.infer<typeof CreateSubscription>;

/** What may change; anything else is refused by name. */
export const UpdateSubscription = z
  .strictObject({
    /** Null: all messages again. */
    filter_policy: z.optional(z.nullable(FilterPolicy)),
    enabled: z.optional(z.boolean()),
  })
  .check(
    z.refine(
      ({ filter_policy, enabled }) => filter_policy !== undefined || enabled !== undefined,
      'filter_policy or enabled must be given',
    ),
  );
export type UpdateSubscription = z.infer<typeof UpdateSubscription>;

export const RotatedSecret = z.object({
  signing_secret: z.string(),
  /** Until then each delivery is signed with the secret before as well. */
  previous_valid_until: z.string(),
});
export type RotatedSecret = z.infer<typeof RotatedSecret>;
