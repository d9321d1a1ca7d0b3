import * as z from 'zod/mini';
import { masked } from '../../platform/auth/api-key.ts';
import { sha256 } from '../../platform/auth/digest.ts';
import { identityKeys } from '../../platform/auth/records.ts';
import type { Write } from '../../platform/table/types.ts';
import type { ApiKey } from './schema.ts';

/** A key as its owner's list keeps it: never the key itself. */
export const ApiKeyRecord = z.object({
  id: z.string(),
  tenant: z.string(),
  user_id: z.string(),
  name: z.string(),
  /** What a list shows of it. */
  shown: z.string(),
  /** SHA-256 of the key, where authentication finds it. */
  key_hash: z.string(),
  scopes: z.optional(z.array(z.string())),
  expires_at: z.optional(z.string()),
  /** Of keys that a login minted. */
  session_epoch: z.optional(z.int()),
  created_at: z.string(),
});
export type ApiKeyRecord = z.infer<typeof ApiKeyRecord>;

/** Contract 1.4: how "never" looks. */
export const never = '0001-01-01T00:00:00Z';

/** @param key the whole key, in the one answer that shows it */
export const wireApiKey = (
  record: ApiKeyRecord,
  options: { key?: string; lastUsed?: string } = {},
): ApiKey => ({
  id: record.id,
  user_id: record.user_id,
  key: options.key ?? record.shown,
  name: record.name,
  created_at: record.created_at,
  last_used: options.lastUsed ?? never,
  ...(record.scopes && { scopes: record.scopes }),
  ...(record.expires_at && { expires_at: record.expires_at }),
});

/** The record of a new key. */
export const recordOf = (key: string, facts: Omit<ApiKeyRecord, 'shown' | 'key_hash'>): ApiKeyRecord => ({
  ...facts,
  shown: masked(key),
  key_hash: sha256(key),
});

/** The two items that a key is: one in its owner's list, one where its hash is looked up. */
export const keyWrites = (record: ApiKeyRecord): Write[] => {
  const { id, tenant, user_id, scopes, expires_at, session_epoch } = record;
  const isNew = { expression: 'attribute_not_exists(pk)' };
  return [
    { put: { ...identityKeys.apiKey(tenant, id), ...record }, when: isNew },
    {
      put: {
        ...identityKeys.apiKeyLookup(record.key_hash),
        id,
        tenant,
        user_id,
        scopes,
        expires_at,
        session_epoch,
      },
      when: isNew,
    },
  ];
};
