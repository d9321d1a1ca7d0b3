import { isPermission } from '../../platform/auth/permissions.ts';
import { adminRole, builtInRole } from '../../platform/auth/roles.ts';
import { CloudError, invalid } from '../../platform/errors/index.ts';
import type { StoredRole } from './roles-store.ts';

const conflict = (message: string) => new CloudError('CONFLICT', message);

/** @throws CloudError `INVALID_INPUT` naming the place and the text */
export const requirePermission = (text: string, path: string): void => {
  if (!isPermission(text)) throw invalid(path, `unknown permission ${text}`);
};

/** The set in a stable order, without repeats. @throws CloudError `INVALID_INPUT` */
export const permissionSet = (wanted: readonly string[]): string[] => {
  wanted.forEach((text, i) => {
    requirePermission(text, `permissions.${i}`);
  });
  return [...new Set(wanted)];
};

/**
 * The built-in roles keep their names, since users and defaults refer to them, and `admin` keeps `*`, since without it
 * nobody could mend the roles again.
 * @throws CloudError `CONFLICT`
 */
export const requireKept = (before: StoredRole, after: Pick<StoredRole, 'name' | 'permissions'>): void => {
  if (!builtInRole(before.name)) return;
  if (after.name !== before.name) throw conflict(`name: the built-in role ${before.name} keeps its name`);
  if (before.name === adminRole && !after.permissions.includes('*'))
    throw conflict('permissions: the role admin keeps *');
};

/** @throws CloudError `CONFLICT` for a built-in role */
export const requireDeletable = ({ name }: StoredRole): void => {
  if (builtInRole(name)) throw conflict(`the built-in role ${name} cannot be deleted`);
};
