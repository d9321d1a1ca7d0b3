import type { Item, Key, Tables } from '../table/types.ts';
import { identityKeys } from './records.ts';

const says = (user: Item | undefined): boolean => user?.status === 'SUSPENDED';

/** Whether a tenant is suspended, for work on its behalf that no request of its own asks for. 1 read unit. */
export const isSuspended =
  (tables: Pick<Tables, 'get'>) =>
  async (tenant: string, signal: AbortSignal): Promise<boolean> =>
    says(await tables.get(identityKeys.user(tenant), { consistent: true, project: ['status'], signal }));

/** The same as part of a larger read: what to read of a tenant, 1 unit, and which tenants the items say are suspended. */
export const suspension = {
  keyOf: (tenant: string): Key => identityKeys.user(tenant),
  isOne: ({ pk }: Item): boolean => pk === identityKeys.user('').pk,
  among: (items: readonly Item[]): ReadonlySet<string> =>
    new Set(items.filter((item) => suspension.isOne(item) && says(item)).map(({ sk }) => String(sk))),
} as const;
