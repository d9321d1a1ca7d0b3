import { identityKeys, RoleRecord } from '../../platform/auth/records.ts';
import { builtInRole, builtInRoles } from '../../platform/auth/roles.ts';
import { CloudError } from '../../platform/errors/index.ts';
import type { Tables, Write } from '../../platform/table/types.ts';

/** A role as it was read: `version` 0 where it is built in and nobody has changed it yet. */
export type StoredRole = RoleRecord;

/** Somebody changed the role between our read and our write: read again. */
export class RoleMoved extends Error {}

const unstored = (name: string): StoredRole | undefined => {
  const role = builtInRole(name);
  return role && { ...role, permissions: [...role.permissions], version: 0 };
};

const nameTaken = () => new CloudError('CONFLICT', 'name: a role of this name exists');
const moved = () => new RoleMoved();

const unchangedSince = ({ version }: StoredRole) =>
  version === 0
    ? { expression: 'attribute_not_exists(pk)' }
    : { expression: 'version = :version', values: { ':version': version } };

const pointer = (role: StoredRole): Write => ({
  put: { ...identityKeys.roleName(role.id), id: role.id, role_name: role.name },
});

/** Roles by name and by id, the built-in ones among them without having been written. */
export const createRolesStore = (tables: Tables) => {
  const byName = async (name: string, signal: AbortSignal): Promise<StoredRole | undefined> => {
    const item = await tables.get(identityKeys.role(name), { consistent: true, signal });
    return item ? RoleRecord.parse(item) : unstored(name);
  };

  return {
    byName,

    async byId(id: string, signal: AbortSignal): Promise<StoredRole | undefined> {
      const builtIn = builtInRoles.find((role) => role.id === id);
      if (builtIn) return byName(builtIn.name, signal);
      const found = await tables.get(identityKeys.roleName(id), { consistent: true, signal });
      const role = found && (await byName(String(found.role_name), signal));
      return role?.id === id ? role : undefined;
    },

    async all(signal: AbortSignal): Promise<StoredRole[]> {
      const roles = new Map(builtInRoles.map(({ name }) => [name, unstored(name) as StoredRole]));
      const query = {
        partition: identityKeys.roles,
        sort: { beginsWith: 'NAME#' },
        consistent: true,
        signal,
      };
      for await (const item of tables.query(query)) roles.set(String(item.name), RoleRecord.parse(item));
      return [...roles.values()];
    },

    /** Writes of a role that was not there. They throw `CONFLICT` where the name is taken. */
    create(role: StoredRole): Write[] {
      // A built-in role is there even while nothing is stored under its name.
      if (builtInRole(role.name)) throw nameTaken();
      return [
        {
          put: { ...identityKeys.role(role.name), ...role, version: 1 },
          when: { expression: 'attribute_not_exists(pk)' },
          otherwise: nameTaken,
        },
        pointer(role),
      ];
    },

    /** Writes that put `after` in the place of `before`. They throw `RoleMoved`, and `CONFLICT` where a new name is taken. */
    replace(before: StoredRole, after: StoredRole): Write[] {
      const record = { ...after, version: before.version + 1 };
      const when = unchangedSince(before);
      if (builtInRole(after.name) && before.name !== after.name) throw nameTaken();
      if (before.name === after.name)
        return [
          { put: { ...identityKeys.role(after.name), ...record }, when, otherwise: moved },
          pointer(after),
        ];
      return [
        { delete: identityKeys.role(before.name), when, otherwise: moved },
        {
          put: { ...identityKeys.role(after.name), ...record },
          when: { expression: 'attribute_not_exists(pk)' },
          otherwise: nameTaken,
        },
        pointer(after),
      ];
    },

    remove: (role: StoredRole): Write[] => [
      { delete: identityKeys.role(role.name), when: unchangedSince(role), otherwise: moved },
      { delete: identityKeys.roleName(role.id) },
    ],
  };
};

export type RolesStore = ReturnType<typeof createRolesStore>;
