import { newApiKey } from '../../platform/auth/api-key.ts';
import { identityKeys, type UserRecord } from '../../platform/auth/records.ts';
import type { Clock } from '../../platform/clock.ts';
import { CloudError, invalid } from '../../platform/errors/index.ts';
import { type Caller, recorded } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import { type NewId, parseId, timeOf } from '../../platform/ids.ts';
import { pageInMemory } from '../../platform/store/page-in-memory.ts';
import type { Tables } from '../../platform/table/types.ts';
import { ApiKeyRecord, keyWrites, recordOf, wireApiKey } from './api-key-record.ts';
import { checkNewKey, checkRevocation, checkRotation } from './api-key-rules.ts';
import type { ApiKey, CreateApiKey } from './schema.ts';

export interface ApiKeyParts {
  tables: Tables;
  clock: Clock;
  newId: NewId;
  /** Makes this process forget what it has cached of credentials. */
  forget(): void;
}

/** Another user's key and an absent one answer alike (contract 1.3). */
const absent = () => new CloudError('OBJECT_NOT_FOUND', 'API key not found');

/** Mints the key that every login answers with. */
export const mintLoginKey = async (
  { tables, newId }: Pick<ApiKeyParts, 'tables' | 'newId'>,
  user: UserRecord,
  signal: AbortSignal,
): Promise<string> => {
  const key = newApiKey();
  const id = newId();
  const record = recordOf(key, {
    id,
    tenant: user.id,
    user_id: user.id,
    name: 'Default Key',
    session_epoch: user.session_epoch,
    created_at: new Date(timeOf(id)).toISOString(),
  });
  await tables.transact(keyWrites(record), { signal });
  return key;
};

/** A user's API keys. Each is shown once, in the answer that makes it. */
export const createApiKeys = ({ tables, clock, newId, forget }: ApiKeyParts) => {
  const find = async (caller: Caller, id: string): Promise<ApiKeyRecord> => {
    const canonical = parseId(id);
    if (!canonical) throw invalid('id', 'must be a UUID');
    const key = identityKeys.apiKey(caller.principal.tenant, canonical);
    const item = await tables.get(key, { consistent: true, signal: caller.signal });
    if (!item) throw absent();
    return ApiKeyRecord.parse(item);
  };

  /** Gone from the list and from where authentication looks, unless somebody was faster. */
  const removal = ({ tenant, id, key_hash }: ApiKeyRecord) => [
    {
      delete: identityKeys.apiKey(tenant, id),
      when: { expression: 'key_hash = :hash', values: { ':hash': key_hash } },
      otherwise: absent,
    },
    { delete: identityKeys.apiKeyLookup(key_hash) },
  ];

  return {
    /** @throws CloudError `INVALID_INPUT`, `FORBIDDEN` by `checkNewKey` */
    async create(caller: Caller, wanted: CreateApiKey): Promise<ApiKey> {
      const { principal, signal } = caller;
      checkNewKey(principal, wanted, clock);
      const key = newApiKey();
      const id = newId();
      const record = recordOf(key, {
        id,
        tenant: principal.tenant,
        user_id: principal.user,
        name: wanted.name,
        scopes: wanted.scopes && [...new Set(wanted.scopes)],
        expires_at: wanted.expires_at && new Date(wanted.expires_at).toISOString(),
        created_at: new Date(timeOf(id)).toISOString(),
      });
      const answer = wireApiKey(record, { key });
      await tables.transact([...recorded(caller, answer), ...keyWrites(record)], { signal });
      return answer;
    },

    /** Newest first; with the time of last use, to the minute. */
    async list(caller: Caller, request: ListRequest): Promise<Listed<ApiKey[]>> {
      const { tenant } = caller.principal;
      const { signal } = caller;
      const keys: ApiKeyRecord[] = [];
      for await (const item of tables.query({
        partition: identityKeys.apiKeys(tenant),
        consistent: true,
        signal,
      }))
        keys.push(ApiKeyRecord.parse(item));
      const uses = new Map<string, string>();
      const partition = identityKeys.apiKeyUses(tenant);
      for await (const item of tables.query({ table: 'ephemeral', partition, signal }))
        uses.set(String(item.sk), String(item.last_used));
      const { items, ...page } = pageInMemory(keys, request);
      return { ...page, items: items.map((record) => wireApiKey(record, { lastUsed: uses.get(record.id) })) };
    },

    /** @throws CloudError `OBJECT_NOT_FOUND`; `FORBIDDEN` for a narrowed caller and a wider key */
    async revoke(caller: Caller, id: string): Promise<void> {
      const record = await find(caller, id);
      checkRevocation(caller.principal, record);
      await tables.transact([...recorded(caller, undefined), ...removal(record)], { signal: caller.signal });
      forget();
    },

    /**
     * A new key in place of an old one, in one transaction: the old one dies as the new one begins.
     * The new one has the old one's scopes and end.
     * @throws CloudError as `revoke`
     */
    async rotate(caller: Caller, id: string): Promise<ApiKey> {
      const old = await find(caller, id);
      checkRotation(caller.principal, old);
      const key = newApiKey();
      const renewed = newId();
      const record = recordOf(key, {
        ...old,
        id: renewed,
        name: `${old.name} (rotated)`,
        created_at: new Date(timeOf(renewed)).toISOString(),
      });
      const answer = wireApiKey(record, { key });
      const writes = [...recorded(caller, answer), ...removal(old), ...keyWrites(record)];
      await tables.transact(writes, { signal: caller.signal });
      forget();
      return answer;
    },
  };
};

export type ApiKeys = ReturnType<typeof createApiKeys>;
