import type { Tables } from '../table/types.ts';
import { identityKeys } from './records.ts';

/** Whether a tenant is suspended, for work on its behalf that no request of its own asks for. 1 read unit. */
export const isSuspended =
  (tables: Pick<Tables, 'get'>) =>
  async (tenant: string, signal: AbortSignal): Promise<boolean> => {
    const user = await tables.get(identityKeys.user(tenant), {
      consistent: true,
      project: ['status'],
      signal,
    });
    return user?.status === 'SUSPENDED';
  };
