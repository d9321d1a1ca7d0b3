import * as z from 'zod/mini';
import { reconciledFields } from '../../platform/store/reconciled-fields.ts';
import type { ResourceKind } from '../../platform/store/types.ts';
import type { Reconciled } from '../../platform/table/resource.ts';
import type { Secret } from './schema.ts';

/** The stored form; no value, not even a sealed one: those are items of their own (`versions.ts`). */
export const SecretRecord = z.object({
  ...reconciledFields,
  status: z.enum(['ACTIVE', 'ERROR']),
  description: z.string(),
  current_version: z.int(),
  last_accessed_at: z.optional(z.string()),
  /** Of a deleted one: when it is purged with all its versions, RFC 3339. Until then it can be restored. */
  purge_at: z.optional(z.string()),
  rotation_function_id: z.optional(z.string()),
  rotation_days: z.optional(z.int()),
  /** On whose behalf: who has asked for the rotation. */
  rotation_user_id: z.optional(z.string()),
  next_rotation_at: z.optional(z.string()),
  last_rotated_at: z.optional(z.string()),
  rotation_error: z.optional(z.string()),
  /** In a row. */
  rotation_failures: z.optional(z.int()),
});
export type SecretRecord = z.infer<typeof SecretRecord> & Reconciled;

/** Reconciled for what falls due with time: its rotation, and the end of a deleted one's recovery window. */
export const secretKind: ResourceKind<SecretRecord> = {
  kind: 'SECRET',
  label: 'secret',
  schema: SecretRecord as unknown as ResourceKind<SecretRecord>['schema'],
  names: 'unique',
  reconciled: true,
};

/** Held until it is purged, so that what can be restored is bounded too. */
export const secretUsage = { secrets: 1 } as const;

/** Stands wherever a value is not given away (contract 2.17). */
const redacted = '[REDACTED]';

export const secretOf = (record: SecretRecord, encrypted_value: string = redacted): Secret => ({
  ...record,
  encrypted_value,
  recoverable_until: record.deleted_at && record.purge_at,
});
