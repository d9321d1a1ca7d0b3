import { randomUUID } from 'node:crypto';
import { newApiKey } from '../../../lib/platform/auth/api-key.ts';
import { identityKeys, platformTenant } from '../../../lib/platform/auth/records.ts';
import { toAttributes } from '../../../lib/platform/table/values.ts';
import { keyWrites, recordOf } from '../../../lib/services/auth/api-key-record.ts';
import { tableNames } from '../table/schema.ts';
import type { World } from '../world.ts';

/** Somebody who uses the platform, and a key that stays good. */
export interface TenantAccount {
  id: string;
  name: string;
  key: string;
}

/** A registered user with one key, as registration and login leave them; without the 20 ms that a password costs. */
export const registerTenant = ({ database, scheduler }: World, name: string): TenantAccount => {
  const id = randomUUID();
  const at = new Date(scheduler.now()).toISOString();
  const key = newApiKey();
  const put = (item: Record<string, unknown>) =>
    database.perform('PutItemCommand', { TableName: tableNames.record, Item: toAttributes(item) });
  put({
    ...identityKeys.user(id),
    user_id: id,
    tenant: platformTenant,
    name,
    email: `${name}@example.com`,
    role: 'developer',
    status: 'ACTIVE',
    session_epoch: 1,
    created_at: at,
    updated_at: at,
    version: 1,
  });
  const record = recordOf(key, {
    id: randomUUID(),
    tenant: id,
    user_id: id,
    name: 'Default Key',
    created_at: at,
  });
  for (const write of keyWrites(record)) if ('put' in write) put(write.put);
  return { id, name, key };
};
