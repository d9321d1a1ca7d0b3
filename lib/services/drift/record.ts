import * as z from 'zod/mini';
import { platformTenant } from '../../platform/auth/records.ts';
import { reconciledFields } from '../../platform/store/reconciled-fields.ts';
import type { ResourceKind } from '../../platform/store/types.ts';
import { partitionOf } from '../../platform/table/keys.ts';
import type { Reconciled } from '../../platform/table/resource.ts';
import type { Key } from '../../platform/table/types.ts';
import type { CloudKind } from './backend.ts';
import { CloudKindName, type DriftReport, driftStatuses, KindTotals } from './schema.ts';

/** How long a report is kept. */
export const keptDays = 7;

/** The stored form of a run. It is the platform's own, so that every administrator sees every run. */
export const DriftRecord = z.object({
  ...reconciledFields,
  status: z.enum(driftStatuses),
  cause: z.enum(['schedule', 'request']),
  kinds: z.array(KindTotals),
  /** Items that the findings of each kind lie in. */
  pages: z.record(z.string(), z.int()),
  /** Things that no record claimed at the first look of this kind: those that are still there at the second are unknown. */
  suspects: z.optional(z.object({ kind: CloudKindName, ids: z.array(z.string()), since: z.string() })),
  completed_at: z.optional(z.string()),
});
export type DriftRecord = z.infer<typeof DriftRecord> & Reconciled;

export const driftKind: ResourceKind<DriftRecord> = {
  kind: 'DRIFT_REPORT',
  label: 'drift report',
  schema: DriftRecord as unknown as ResourceKind<DriftRecord>['schema'],
  names: 'none',
  reconciled: true,
};

/** Runs count against no quota. */
export const driftUsage = {} as const;

/** In the ephemeral table: one bounded part of what a run has found of a kind. */
export const findingsKey = (report: string, kind: CloudKind, page: number): Key => ({
  table: 'ephemeral',
  pk: `${partitionOf(platformTenant, driftKind.kind)}#${report}#FINDINGS`,
  sk: `${kind}#${String(page).padStart(4, '0')}`,
});

export const driftReportOf = (record: DriftRecord): DriftReport => ({ ...record });
