import * as z from 'zod/mini';

/** A tenant is a registered user, seen by an administrator. */
export const Tenant = z.object({
  id: z.guid(),
  name: z.string(),
  email: z.string(),
  role: z.string(),
  status: z.enum(['ACTIVE', 'SUSPENDED']),
  suspended_at: z.optional(z.iso.datetime()),
  /** The availability zone of what the tenant makes without naming one; absent: the platform's default. */
  home_zone: z.optional(z.string()),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});
export type Tenant = z.infer<typeof Tenant>;

export const SuspendTenant = z.object({
  /** `stop`: its running instances are stopped, and stay so; `leave`: they run on, and cost. */
  instances: z.enum(['stop', 'leave']),
});
export type SuspendTenant = z.infer<typeof SuspendTenant>;

export const SetHomeZone = z.object({
  /** A zone that the platform places things in. */
  home_zone: z.string().check(z.minLength(1), z.maxLength(64)),
});
export type SetHomeZone = z.infer<typeof SetHomeZone>;

export const QuotaUse = z.object({ resource: z.string(), used: z.int(), limit: z.int() });
export type QuotaUse = z.infer<typeof QuotaUse>;

/** Limits by quota name, for example `{"instances": 50}`; those left out stay as they are. */
export const SetQuotas = z.record(
  z.string().check(z.maxLength(64)),
  z.int().check(z.gte(0), z.lte(1_000_000)),
);
export type SetQuotas = z.infer<typeof SetQuotas>;
