import { permissions } from './permissions.ts';

export interface Role {
  /** UUID. */
  id: string;
  /** Unique on the platform; users are bound by it. */
  name: string;
  description: string;
  permissions: readonly string[];
}

/** The role that newly registered users get (contract 3). */
export const defaultRole = 'developer';

/** The role that the platform never lets its last holder lose. */
export const adminRole = 'admin';

/**
 * The roles that exist without anybody having made them, with the contract's ids and permission sets (section 3, "store").
 * A stored role of the same name goes before the one here; that is how an administrator edits them.
 */
export const builtInRoles: readonly Role[] = [
  {
    id: '00000000-0000-0000-0000-000000000001',
    name: adminRole,
    description: 'Everything, including users, roles and tenants',
    permissions: ['*'],
  },
  {
    id: '00000000-0000-0000-0000-000000000002',
    name: defaultRole,
    description: 'Every resource of the own tenant',
    permissions: [...permissions],
  },
  {
    id: '00000000-0000-0000-0000-000000000003',
    name: 'viewer',
    description: 'Reads every resource of the own tenant',
    permissions: permissions.filter((permission) => permission.endsWith(':read')),
  },
];

export const builtInRole = (name: string): Role | undefined =>
  builtInRoles.find((role) => role.name === name);

/**
 * What a role and a credential's scopes allow together.
 * @param scopes `undefined` where the credential is not narrowed
 */
export const effectivePermissions = (
  role: readonly string[],
  scopes: readonly string[] | undefined,
): ReadonlySet<string> => {
  if (!scopes || scopes.includes('*')) return new Set(role);
  if (role.includes('*')) return new Set(scopes);
  return new Set(scopes.filter((scope) => role.includes(scope)));
};
