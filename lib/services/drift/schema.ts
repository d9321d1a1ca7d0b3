import * as z from 'zod/mini';
import { inAnyCase } from '../../platform/http/any-case.ts';
import { cloudKinds } from './backend.ts';

export const CloudKindName = z.enum(cloudKinds);

/**
 * What is wrong with one thing: `missing`, a record says that there is one and the cloud has none; `unknown`, the cloud has
 * one with this stage's tags that no record claims; `differing`, both have it and do not agree.
 */
export const Verdict = z.enum(['missing', 'unknown', 'differing']);
export type Verdict = z.infer<typeof Verdict>;

/** One attribute on which record and cloud do not agree. */
export const Difference = z.object({
  /** `state`, `size_gb`, `type`, `group_ids`, `cidr_block`, `zone`, `ports`. */
  field: z.string(),
  /** As the record has it. */
  recorded: z.string(),
  /** As the cloud says. */
  actual: z.string(),
});
export type Difference = z.infer<typeof Difference>;

export const Finding = z.object({
  verdict: Verdict,
  kind: CloudKindName,
  /** AWS's id, or ARN. */
  cloud_id: z.string(),
  tenant: z.optional(z.string()),
  /** The record that the thing is of, or that its tags name. */
  resource_kind: z.optional(z.string()),
  resource_id: z.optional(z.string()),
  differences: z.optional(z.array(Difference)),
});
export type Finding = z.infer<typeof Finding>;

/** How one kind of things came out. */
export const KindTotals = z.object({
  kind: CloudKindName,
  /** Things in the cloud and records that were compared. */
  checked: z.int(),
  missing: z.int(),
  unknown: z.int(),
  differing: z.int(),
  /** More were found than are kept: the first thousand of each kind are. */
  truncated: z.optional(z.boolean()),
});
export type KindTotals = z.infer<typeof KindTotals>;

export const driftStatuses = ['PENDING', 'RUNNING', 'COMPLETED', 'ERROR'] as const;

/** One comparison of all records with the cloud. */
export const DriftReport = z.object({
  id: z.string(),
  status: z.enum(driftStatuses),
  /** Why it is in `ERROR`, or what it waits for. */
  status_reason: z.optional(z.string()),
  /** `schedule`, or `request` of an administrator. */
  cause: z.enum(['schedule', 'request']),
  created_at: z.string(),
  completed_at: z.optional(z.string()),
  /** In the order of the comparison; those still to come are left out. */
  kinds: z.array(KindTotals),
});
export type DriftReport = z.infer<typeof DriftReport>;

export const FindingFilters = z.object({
  /** In any case. */
  kind: z.optional(inAnyCase(CloudKindName)),
  verdict: z.optional(Verdict),
});
export type FindingFilters = z.infer<typeof FindingFilters>;
