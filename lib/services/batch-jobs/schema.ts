import * as z from 'zod/mini';
import { inAnyCase } from '../../platform/http/any-case.ts';
import { IdParam } from '../../platform/http/params.ts';
import { InstanceFilters } from '../instances/schema.ts';

/** pending → running → completed | failed | cancelled, and no other way. */
export const jobStatuses = ['pending', 'running', 'completed', 'failed', 'cancelled'] as const;
export const JobStatus = z.enum(jobStatuses);
export type JobStatus = z.infer<typeof JobStatus>;

/** pending → running → succeeded | failed, or pending → cancelled. */
export const itemStatuses = ['pending', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export const ItemStatus = z.enum(itemStatuses);
export type ItemStatus = z.infer<typeof ItemStatus>;

/** Items that one job may have. */
export const maxItems = 10_000;
/** Items of a job that may be under way at once. */
export const maxConcurrency = 500;
export const defaultConcurrency = 100;

const count = z.int().check(z.gte(0));

/** They add up to `total`, whenever one looks. */
export const JobCounts = z.object({
  total: count,
  pending: count,
  running: count,
  succeeded: count,
  failed: count,
  cancelled: count,
});
export type JobCounts = z.infer<typeof JobCounts>;

/** One action over many targets. */
export const BatchJob = z.object({
  id: z.string(),
  action: z.string(),
  status: JobStatus,
  /** `cancelled`, while what is under way still comes to its end. */
  desired_status: z.optional(JobStatus),
  /** Why it ended as it did, or what it waits for. */
  status_reason: z.optional(z.string()),
  counts: JobCounts,
  concurrency: z.int(),
  continue_on_error: z.boolean(),
  /** The job whose failed items these are. */
  retry_of: z.optional(z.string()),
  created_at: z.string(),
  started_at: z.optional(z.string()),
  completed_at: z.optional(z.string()),
});
export type BatchJob = z.infer<typeof BatchJob>;

/** Why an item failed, as the request for the one action would have been answered. */
export const ItemError = z.object({ type: z.string(), message: z.string() });
export type ItemError = z.infer<typeof ItemError>;

export const BatchItem = z.object({
  /** From 0, in the order in which items are begun. */
  index: z.int(),
  /** Of a launch: the instance, once there is one. */
  target_id: z.optional(z.string()),
  status: ItemStatus,
  error: z.optional(ItemError),
});
export type BatchItem = z.infer<typeof BatchItem>;

/** A pattern for names: `*` stands for any characters, `?` for one; everything else for itself. */
const NamePattern = z.string().check(z.minLength(1), z.maxLength(64));

const given = (values: Record<string, unknown>): boolean =>
  Object.values(values).some((value) => value !== undefined);

/** The instances that the job is for, as they are when it is created. */
export const Selector = z
  .strictObject({
    state: InstanceFilters.shape.state,
    tag: InstanceFilters.shape.tag,
    name: z.optional(NamePattern),
  })
  .check(z.refine(given, 'state, tag or name must be given'));
export type Selector = z.infer<typeof Selector>;

export const CreateBatchJob = z.object({
  action: z.string().check(z.minLength(1), z.maxLength(64)),
  /** Ids; each counts once, however often it is named. */
  targets: z.optional(z.array(IdParam).check(z.maxLength(maxItems))),
  selector: z.optional(Selector),
  /** For an action that makes things. */
  count: z.optional(z.int().check(z.gte(1), z.lte(maxItems))),
  /** What they may be follows from the action. */
  parameters: z.optional(z.record(z.string(), z.unknown())),
  concurrency: z._default(z.int().check(z.gte(1), z.lte(maxConcurrency)), defaultConcurrency),
  /** False: after the first failed item nothing new begins. */
  continue_on_error: z._default(z.boolean(), true),
});
export type CreateBatchJob = z.infer<typeof CreateBatchJob>;

export const JobFilters = z.object({ state: z.optional(inAnyCase(JobStatus)) });
export type JobFilters = z.infer<typeof JobFilters>;

export const ItemFilters = z.object({ status: z.optional(inAnyCase(ItemStatus)) });
export type ItemFilters = z.infer<typeof ItemFilters>;
