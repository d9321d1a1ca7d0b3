import { platformTenant, type UserRecord } from '../../platform/auth/records.ts';
import { adminRole } from '../../platform/auth/roles.ts';
import { invalid, notFound } from '../../platform/errors/index.ts';
import { type Caller, recorded } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import { type NewId, parseId } from '../../platform/ids.ts';
import { pageInMemory } from '../../platform/store/page-in-memory.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { Tables, Write } from '../../platform/table/types.ts';
import type { User } from '../auth/schema.ts';
import {
  administratorsGrow,
  administratorsShrink,
  findUserByEmail,
  onPlatform,
  wireUser,
} from '../auth/service.ts';
import { createRolesStore, RoleMoved, type StoredRole } from './roles-store.ts';
import { permissionSet, requireDeletable, requireKept, requirePermission } from './rules.ts';
import type { BindRole, Role, WriteRole } from './schema.ts';

export interface RbacParts {
  tables: Tables;
  users: ResourceStore<UserRecord>;
  newId: NewId;
  /** Makes this process forget what it has cached of roles and credentials. */
  forget(): void;
}

const wire = ({ id, name, description, permissions }: StoredRole): Role => ({
  id,
  name,
  description,
  permissions,
});

/** What a change of role does to the number of active administrators. */
const headcount = (user: UserRecord, role: string): Write[] => {
  if (user.status !== 'ACTIVE' || (user.role === adminRole) === (role === adminRole)) return [];
  return [role === adminRole ? administratorsGrow : administratorsShrink];
};

/** Roles, and who has which. Names are unique on the platform; a user has one role. */
export const createRbac = ({ tables, users, newId, forget }: RbacParts) => {
  const roles = createRolesStore(tables);

  const find = (id: string, signal: AbortSignal): Promise<StoredRole | undefined> => {
    const canonical = parseId(id);
    if (!canonical) throw invalid('id', 'must be a UUID');
    return roles.byId(canonical, signal);
  };

  /** Reads the role, writes what `decide` makes of it, and reads again where somebody was faster. */
  const rewrite = async (
    caller: Caller,
    id: string,
    decide: (before: StoredRole | undefined) => { writes: Write[]; answer?: unknown },
  ): Promise<void> => {
    for (;;) {
      const { writes, answer } = decide(await find(id, caller.signal));
      if (writes.length === 0) return;
      try {
        await tables.transact([...recorded(caller, answer), ...writes], { signal: caller.signal });
        forget();
        return;
      } catch (error) {
        if (!(error instanceof RoleMoved)) throw error;
      }
    }
  };

  const changePermissions = (caller: Caller, id: string, change: (before: string[]) => string[]) =>
    rewrite(caller, id, (before) => {
      if (!before) throw notFound('role');
      const after = { ...before, permissions: change(before.permissions) };
      requireKept(before, after);
      return { writes: roles.replace(before, after) };
    });

  return {
    /** @throws CloudError `CONFLICT` for a taken name, `INVALID_INPUT` for an unknown permission */
    async createRole(caller: Caller, wanted: WriteRole): Promise<Role> {
      const role: StoredRole = {
        ...wanted,
        id: newId(),
        permissions: permissionSet(wanted.permissions),
        version: 0,
      };
      await tables.transact([...recorded(caller, wire(role)), ...roles.create(role)], {
        signal: caller.signal,
      });
      forget();
      return wire(role);
    },

    async listRoles(caller: Caller, request: ListRequest): Promise<Listed<Role[]>> {
      const { items, ...page } = pageInMemory(await roles.all(caller.signal), request);
      return { ...page, items: items.map(wire) };
    },

    /** By id or name. @throws CloudError `NOT_FOUND` */
    async getRole({ signal }: Caller, idOrName: string): Promise<Role> {
      const id = parseId(idOrName);
      const role = (id && (await roles.byId(id, signal))) || (await roles.byName(idOrName, signal));
      if (!role) throw notFound('role');
      return wire(role);
    },

    /** Replaces name, description and the whole permission set. @throws CloudError `NOT_FOUND`, `CONFLICT`, `INVALID_INPUT` */
    async replaceRole(caller: Caller, id: string, wanted: WriteRole): Promise<Role> {
      const permissions = permissionSet(wanted.permissions);
      let answer: Role | undefined;
      await rewrite(caller, id, (before) => {
        if (!before) throw notFound('role');
        const after = { ...before, ...wanted, permissions };
        requireKept(before, after);
        answer = wire(after);
        return { writes: roles.replace(before, after), answer };
      });
      return answer as Role;
    },

    /**
     * Users who have the role keep its name, and with it no permission at all. An absent role is as good as deleted
     * (contract 2.2).
     * @throws CloudError `CONFLICT` for a built-in role
     */
    deleteRole: (caller: Caller, id: string): Promise<void> =>
      rewrite(caller, id, (before) => {
        if (!before) return { writes: [] };
        requireDeletable(before);
        return { writes: roles.remove(before) };
      }),

    /** @throws CloudError `NOT_FOUND`, `INVALID_INPUT` */
    addPermission(caller: Caller, id: string, permission: string): Promise<void> {
      requirePermission(permission, 'permission');
      return changePermissions(caller, id, (before) => [...new Set([...before, permission])]);
    },

    /** @throws CloudError `NOT_FOUND`, `CONFLICT` */
    removePermission: (caller: Caller, id: string, permission: string): Promise<void> =>
      changePermissions(caller, id, (before) => before.filter((one) => one !== permission)),

    /** Gives a user the role in place of the one they had. @throws CloudError `NOT_FOUND`; `CONFLICT` for the last administrator */
    async bind(caller: Caller, { user_identifier, role_name }: BindRole): Promise<void> {
      const { signal } = caller;
      const role = await roles.byName(role_name, signal);
      if (!role) throw notFound('role');
      const id =
        parseId(user_identifier) ?? (await findUserByEmail({ tables, users }, user_identifier, signal))?.id;
      if (!id) throw notFound('user');
      await users.change(
        onPlatform(caller),
        id,
        (user) =>
          user.role === role.name
            ? undefined
            : { set: { role: role.name }, extra: headcount(user, role.name) },
        () => undefined,
      );
      forget();
    },

    /** Every user of the platform. */
    async listBindings(caller: Caller, request: ListRequest): Promise<Listed<User[]>> {
      const { items, ...page } = await users.page(platformTenant, request, {}, caller.signal);
      return { ...page, items: items.map(wireUser) };
    },
  };
};

export type Rbac = ReturnType<typeof createRbac>;
