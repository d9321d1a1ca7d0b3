import * as z from 'zod/mini';
import { route } from '../../platform/http/route.ts';
import { User } from '../auth/schema.ts';
import { AddPermission, BindRole, Role, WriteRole } from './schema.ts';
import type { Rbac } from './service.ts';

const declare = route<{ rbac: Rbac }>();

const list = { sortBy: ['name', 'createdAt'] } as const;

export const rbacRoutes = [
  declare({
    method: 'POST',
    path: '/rbac/roles',
    permission: '*',
    shape: 'bare',
    idempotent: true,
    body: WriteRole,
    responds: { status: 201, body: Role },
    errors: ['CONFLICT'],
    summary: 'Create a role',
    handle: ({ body, caller }, { rbac }) => rbac.createRole(caller, body),
  }),
  declare({
    method: 'GET',
    path: '/rbac/roles',
    permission: '*',
    shape: 'bare',
    list,
    responds: { status: 200, body: z.array(Role) },
    summary: 'List roles, the built-in ones among them',
    handle: ({ caller, list }, { rbac }) => rbac.listRoles(caller, list),
  }),
  declare({
    method: 'GET',
    path: '/rbac/roles/:id',
    permission: '*',
    shape: 'bare',
    responds: { status: 200, body: Role },
    errors: ['NOT_FOUND'],
    summary: 'Get a role by id or name',
    handle: ({ params, caller }, { rbac }) => rbac.getRole(caller, String(params.id)),
  }),
  declare({
    method: 'PUT',
    path: '/rbac/roles/:id',
    permission: '*',
    shape: 'bare',
    idempotent: true,
    body: WriteRole,
    responds: { status: 200, body: Role },
    errors: ['NOT_FOUND', 'CONFLICT'],
    summary: "Replace a role's name, description and permissions",
    handle: ({ params, body, caller }, { rbac }) => rbac.replaceRole(caller, String(params.id), body),
  }),
  declare({
    method: 'DELETE',
    path: '/rbac/roles/:id',
    permission: '*',
    idempotent: true,
    responds: { status: 204, body: 'empty' },
    errors: ['CONFLICT'],
    summary: 'Delete a role',
    description: 'Its users are left without permissions. The built-in roles cannot be deleted.',
    handle: ({ params, caller }, { rbac }) => rbac.deleteRole(caller, String(params.id)),
  }),
  declare({
    method: 'POST',
    path: '/rbac/roles/:id/permissions',
    permission: '*',
    idempotent: true,
    body: AddPermission,
    responds: { status: 204, body: 'empty' },
    errors: ['NOT_FOUND'],
    summary: 'Add a permission to a role',
    handle: ({ params, body, caller }, { rbac }) =>
      rbac.addPermission(caller, String(params.id), body.permission),
  }),
  declare({
    method: 'DELETE',
    path: '/rbac/roles/:id/permissions/:permission',
    permission: '*',
    idempotent: true,
    responds: { status: 204, body: 'empty' },
    errors: ['NOT_FOUND', 'CONFLICT'],
    summary: 'Take a permission from a role',
    handle: ({ params, caller }, { rbac }) =>
      rbac.removePermission(caller, String(params.id), String(params.permission)),
  }),
  declare({
    method: 'POST',
    path: '/rbac/bindings',
    permission: '*',
    idempotent: true,
    body: BindRole,
    responds: { status: 204, body: 'empty' },
    errors: ['NOT_FOUND', 'CONFLICT'],
    summary: 'Give a user a role in place of the one they have',
    handle: ({ body, caller }, { rbac }) => rbac.bind(caller, body),
  }),
  declare({
    method: 'GET',
    path: '/rbac/bindings',
    permission: '*',
    shape: 'bare',
    list,
    responds: { status: 200, body: z.array(User) },
    summary: 'List every user of the platform with their role',
    handle: ({ caller, list }, { rbac }) => rbac.listBindings(caller, list),
  }),
];
