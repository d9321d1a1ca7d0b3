import * as z from 'zod/mini';
import { reconciledFields } from '../../platform/store/reconciled-fields.ts';
import type { ResourceKind } from '../../platform/store/types.ts';
import type { Reconciled } from '../../platform/table/resource.ts';
import { type CloudFunction, type CodeVersion, FunctionStatus, Runtime } from './schema.ts';

/** One code of a function. */
export const CodeRecord = z.object({
  version: z.int(),
  /** Base64, as Lambda shows it. */
  sha256: z.string(),
  size: z.int(),
  handler: z.string(),
  model: z.enum(['process', 'handler']),
  at: z.string(),
});
export type CodeRecord = z.infer<typeof CodeRecord>;

/** The stored form. What the lifecycle engine keeps beside these fields is described at `Reconciled`. */
export const FunctionRecord = z.object({
  ...reconciledFields,
  status: FunctionStatus,
  runtime: Runtime,
  timeout: z.int(),
  memory_mb: z.int(),
  environment: z.record(z.string(), z.string()),
  /** The one that is to run. */
  code: CodeRecord,
  /** Those that can be gone back to, the present one among them, oldest first. */
  codes: z.array(CodeRecord),
  /** The highest number that a code ever had. */
  last_code: z.int(),
  /** Codes that are no longer kept and yet to be deleted, by their SHA-256. */
  unkept: z.optional(z.array(z.string())),
  /** On a tombstone: its codes are deleted. */
  emptied: z.optional(z.boolean()),
});
export type FunctionRecord = z.infer<typeof FunctionRecord> & Reconciled;

export const functionKind: ResourceKind<FunctionRecord> = {
  kind: 'FUNCTION',
  label: 'function',
  schema: FunctionRecord as unknown as ResourceKind<FunctionRecord>['schema'],
  names: 'unique',
  reconciled: true,
};

export const functionUsage = { functions: 1 } as const;

/** Whether Lambda has it as it is wanted. */
export const isReady = ({ generation, observed_generation }: FunctionRecord): boolean =>
  observed_generation >= generation;

/** The contract's view of a record. */
export const functionOf = (record: FunctionRecord): CloudFunction => ({
  ...record,
  handler: record.code.handler,
  code_path: `${record.user_id}/${record.id}/code.zip`,
  code_version: record.code.version,
  code_sha256: record.code.sha256,
  code_size_bytes: record.code.size,
});

/** The versions that can be gone back to, newest first. */
export const versionsOf = ({ codes, code }: FunctionRecord): CodeVersion[] =>
  codes
    .map(({ version, sha256, size, at }) => ({
      version,
      sha256,
      size_bytes: size,
      created_at: at,
      current: version === code.version,
    }))
    .reverse();
