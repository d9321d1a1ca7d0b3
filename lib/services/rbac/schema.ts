import * as z from 'zod/mini';

/** As the contract's clients name roles: no control characters, no slash, so that a name can stand in a path. */
const RoleName = z.string().check(z.trim(), z.minLength(1), z.maxLength(64), z.regex(/^[^\p{C}/]+$/u));

const PermissionName = z.string().check(z.minLength(1), z.maxLength(64));

export const Role = z.object({
  id: z.guid(),
  name: z.string(),
  description: z.string(),
  permissions: z.array(z.string()),
});
export type Role = z.infer<typeof Role>;

export const WriteRole = z.object({
  name: RoleName,
  description: z._default(z.string().check(z.maxLength(500)), ''),
  permissions: z._default(z.array(PermissionName).check(z.maxLength(60)), []),
});
export type WriteRole = z.infer<typeof WriteRole>;

export const AddPermission = z.object({ permission: PermissionName });
export type AddPermission = z.infer<typeof AddPermission>;

export const BindRole = z.object({
  /** A user's id, in any form of contract 1.4, or e-mail. */
  user_identifier: z.string().check(z.minLength(1), z.maxLength(255), z.toLowerCase()),
  role_name: z.string().check(z.minLength(1), z.maxLength(64)),
});
export type BindRole = z.infer<typeof BindRole>;
