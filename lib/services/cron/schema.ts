import * as z from 'zod/mini';
import { inAnyCase } from '../../platform/http/any-case.ts';
import { IdParam } from '../../platform/http/params.ts';
import { ResourceName } from '../../platform/resource-name.ts';
import { CronSchedule } from './schedule/schema.ts';

/** Contract section 4; `DELETED` is a state that is never shown. */
export const jobStatuses = ['ACTIVE', 'PAUSED', 'DELETED', 'ERROR'] as const;
export const CronJobStatus = z.enum(jobStatuses);
export type CronJobStatus = z.infer<typeof CronJobStatus>;

/** What a job calls other than a URL: something of the same tenant. */
export const targetTypes = ['queue', 'topic', 'function'] as const;
export const CronTarget = z.object({ type: z.enum(targetTypes), id: z.string() });
export type CronTarget = z.infer<typeof CronTarget>;

/** When a run falls due while the one before is under way: it is made all the same, or left out. */
export const CronOverlapPolicy = z.enum(['allow', 'skip']);

export const CronRetryPolicy = z.object({
  /** Calls that a run makes at most. */
  max_attempts: z.int(),
  /** Seconds before the second call, about; twice as long before each further one, an hour at most. */
  backoff_seconds: z.int(),
});
export type CronRetryPolicy = z.infer<typeof CronRetryPolicy>;

/** A cron job of one tenant, as the contract shows it; the fields below `updated_at` are beyond it. */
export const CronJob = z.object({
  id: z.string(),
  user_id: z.string(),
  name: z.string(),
  schedule: z.string(),
  /** Empty where the target is none. */
  target_url: z.string(),
  target_method: z.string(),
  target_payload: z.string(),
  status: CronJobStatus,
  last_run_at: z.nullable(z.string()),
  /** Null while paused. */
  next_run_at: z.nullable(z.string()),
  created_at: z.string(),
  updated_at: z.string(),
  target: z.optional(CronTarget),
  overlap_policy: CronOverlapPolicy,
  retry_policy: CronRetryPolicy,
  /** Runs that fell due while none could be made, and are not made up for. */
  missed_runs: z.int(),
  /** Runs that were left out because the one before was under way. */
  skipped_runs: z.int(),
  /** What it waits for, or why it will not run. */
  status_reason: z.optional(z.string()),
});
export type CronJob = z.infer<typeof CronJob>;

/** Bytes of UTF-8: a job's record is written with each run. */
export const maxPayloadBytes = 16_384;

const Payload = z
  .string()
  .check(
    z.refine(
      (text) => Buffer.byteLength(text) <= maxPayloadBytes,
      `can have at most ${maxPayloadBytes} bytes`,
    ),
  );

/** A token of HTTP (RFC 9110, 9.1), in the contract's length; those that ask for a tunnel or an echo are not sent. */
const Method = z.string().check(
  z.maxLength(10),
  z.regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]*$/, 'must be an HTTP method'),
  z.refine((text) => !/^(?:connect|trace|track)$/i.test(text), 'must not be CONNECT, TRACE or TRACK'),
);

const Url = z.string().check(z.maxLength(2_048));

const Target = z.object({ type: inAnyCase(z.enum(targetTypes)), id: IdParam });

const Retry = z.object({
  max_attempts: z._default(z.int().check(z.gte(1), z.lte(10)), 1),
  backoff_seconds: z._default(z.int().check(z.gte(1), z.lte(3_600)), 10),
});

export const CreateCronJob = z.object({
  name: ResourceName,
  schedule: CronSchedule,
  /** What is called, unless a `target` is given. */
  target_url: z._default(Url, ''),
  /** Empty: POST. */
  target_method: z._default(Method, 'POST'),
  target_payload: z._default(Payload, ''),
  target: z.optional(Target),
  overlap_policy: z._default(inAnyCase(CronOverlapPolicy), 'skip'),
  retry_policy: z._default(Retry, { max_attempts: 1, backoff_seconds: 10 }),
});
export type CreateCronJob = z.infer<typeof CreateCronJob>;

/** What may change; anything else is refused by name. */
export const UpdateCronJob = z
  .strictObject({
    name: z.optional(ResourceName),
    schedule: z.optional(CronSchedule),
    /** Takes the place of a `target`. */
    target_url: z.optional(Url.check(z.minLength(1))),
    target_method: z.optional(Method.check(z.minLength(1))),
    target_payload: z.optional(Payload),
    /** Takes the place of a `target_url`. */
    target: z.optional(Target),
    overlap_policy: z.optional(inAnyCase(CronOverlapPolicy)),
    retry_policy: z.optional(Retry),
  })
  .check(
    z.refine(
      (update) => Object.values(update).some((value) => value !== undefined),
      'at least one field must be given',
    ),
  );
export type UpdateCronJob = z.infer<typeof UpdateCronJob>;

export const CronJobFilters = z.object({ state: z.optional(inAnyCase(CronJobStatus)) });
export type CronJobFilters = z.infer<typeof CronJobFilters>;
