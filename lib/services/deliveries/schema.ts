import * as z from 'zod/mini';
import { IdParam } from '../../platform/http/params.ts';

/** `RETRYING`: has failed and is tried again; `FAILED`: is given up, until somebody sends it again by hand. */
export const DeliveryStatus = z.enum(['DELIVERED', 'RETRYING', 'FAILED']);
export type DeliveryStatus = z.infer<typeof DeliveryStatus>;

/** One try to hand a message over. */
export const Attempt = z.object({
  /** From 1. */
  number: z.int(),
  at: z.string(),
  duration_ms: z.int(),
  /** What the webhook answered; absent where it did not, and of queues. */
  status_code: z.optional(z.int()),
  /** Why it failed. */
  error: z.optional(z.string()),
});
export type Attempt = z.infer<typeof Attempt>;

/** One message on its way to one subscription, once it was tried. */
export const Delivery = z.object({
  /** The webhook's `webhook-id`: the same at each attempt, also of one that is made by hand. */
  id: z.string(),
  subscription_id: z.string(),
  /** As the publish answered it. */
  message_id: z.string(),
  status: DeliveryStatus,
  attempt_count: z.int(),
  /** The latest 50, oldest first. */
  attempts: z.array(Attempt),
  next_attempt_at: z.optional(z.string()),
  published_at: z.string(),
});
export type Delivery = z.infer<typeof Delivery>;

export const DeliveryPage = z.object({
  deliveries: z.array(Delivery),
  /** Absent on the last page. */
  next_cursor: z.optional(z.string()),
});
export type DeliveryPage = z.infer<typeof DeliveryPage>;

export const DeliveryParams = z.object({ id: IdParam, delivery: IdParam });
