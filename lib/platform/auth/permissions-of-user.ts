import type { Tables } from '../table/types.ts';
import { identityKeys } from './records.ts';
import { permissionsOfRole } from './role-reader.ts';

/**
 * What a user's role allows, for work on the user's behalf that no request of their own asks for; undefined where there is no such
 * user, or the user is suspended. 2 read units.
 */
export const permissionsOfUser =
  (tables: Pick<Tables, 'get'>) =>
  async (user: string, signal: AbortSignal): Promise<ReadonlySet<string> | undefined> => {
    const read = { consistent: true, signal };
    const found = await tables.get(identityKeys.user(user), { ...read, project: ['status', 'role'] });
    if (!found || found.status === 'SUSPENDED') return undefined;
    const role = String(found.role);
    return new Set(permissionsOfRole(role, await tables.get(identityKeys.role(role), read)));
  };
