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
});
export type SecretRecord = z.infer<typeof SecretRecord> & Reconciled;

/** Reconciled for the sake of its end alone: a deleted one is purged when its recovery window is over. */
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
