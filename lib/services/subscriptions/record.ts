import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { reconciledFields } from '../../platform/store/reconciled-fields.ts';
import type { ResourceKind } from '../../platform/store/types.ts';
import type { Reconciled } from '../../platform/table/resource.ts';
import { FilterPolicy } from './filter-policy/schema.ts';
import { Protocol, type Subscription, SubscriptionStatus } from './schema.ts';

/** The stored form. The lifecycle engine's own fields are described at `Reconciled`; `name` is `subscriptionName`. */
export const SubscriptionRecord = z.object({
  ...reconciledFields,
  status: SubscriptionStatus,
  topic_id: z.string(),
  protocol: Protocol,
  endpoint: z.string(),
  filter_policy: z.optional(FilterPolicy),
  disabled_reason: z.optional(z.string()),
  /** RFC 3339: when the first of the failures in a row was. */
  failing_since: z.optional(z.string()),
  /** Of webhooks; sealed, as the one before. */
  secret: z.optional(z.string()),
  previous_secret: z.optional(z.string()),
  /** Until when the one before signs too, RFC 3339. */
  previous_secret_until: z.optional(z.string()),
});
export type SubscriptionRecord = z.infer<typeof SubscriptionRecord> & Reconciled;

/** What is unique within a topic; a hash, as an endpoint may be longer than a key. */
export const subscriptionName = (protocol: Protocol, endpoint: string): string =>
  createHash('sha256').update(`${protocol} ${endpoint}`).digest('base64url');

export const subscriptionKind: ResourceKind<SubscriptionRecord> = {
  kind: 'SUBSCRIPTION',
  label: 'subscription',
  schema: SubscriptionRecord as unknown as ResourceKind<SubscriptionRecord>['schema'],
  names: 'unique',
  nameScope: ({ topic_id }) => topic_id,
  reconciled: true,
};

export const subscriptionUsage = { subscriptions: 1 } as const;

export const subscriptionOf = (record: SubscriptionRecord): Subscription => record;
