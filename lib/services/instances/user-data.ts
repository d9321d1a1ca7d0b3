import * as z from 'zod/mini';
import type { Tables, Write } from '../../platform/table/types.ts';
import { userDataKey } from './keys.ts';

/** The write that keeps an instance's user data; part of its launch's transaction. */
export const storeUserData = (tenant: string, id: string, text: string): Write => ({
  put: { ...userDataKey(tenant, id), text },
});

const StoredUserData = z.object({ text: z.string() });

/** User data as it was stored. */
export const createUserData = (tables: Pick<Tables, 'get'>) => ({
  async read(tenant: string, id: string, signal: AbortSignal): Promise<string | undefined> {
    const item = await tables.get(userDataKey(tenant, id), { consistent: true, signal });
    return item && StoredUserData.parse(item).text;
  },
});
