import { identityKeys, platformTenant, UserRecord } from '../../platform/auth/records.ts';
import { adminRole } from '../../platform/auth/roles.ts';
import type { Clock } from '../../platform/clock.ts';
import { CloudError } from '../../platform/errors/index.ts';
import type { Caller, PublicCaller } from '../../platform/http/caller.ts';
import type { NewId } from '../../platform/ids.ts';
import { timeOf } from '../../platform/ids.ts';
import { emptyCounter } from '../../platform/store/counter.ts';
import type { ResourceKind, ResourceStore } from '../../platform/store/types.ts';
import type { Tables, Write } from '../../platform/table/types.ts';
import { administratorsGrow } from './administrators.ts';
import { hashPassword } from './password.ts';
import { isStrong } from './password-strength.ts';
import type { User } from './schema.ts';

/** Users are the platform's, not a tenant's: all of them can be listed, and e-mails are unique over all. */
export const userKind: ResourceKind<UserRecord> = {
  kind: 'USER',
  label: 'user',
  schema: UserRecord,
  names: 'none',
  reconciled: false,
};

export const wireUser = ({ id, email, name, role, created_at, updated_at }: UserRecord): User => ({
  id,
  email,
  name,
  role,
  created_at,
  updated_at,
});

/** The caller as the store of users must see it: acting on the platform's things. Only for what an administrator does. */
export const onPlatform = (caller: Caller): Caller => ({
  ...caller,
  principal: { ...caller.principal, tenant: platformTenant },
});

/** @throws CloudError `INVALID_INPUT` naming `field` */
export const requireStrength = (password: string, field: string): void => {
  if (isStrong(password)) return;
  const message = 'too easy to guess: use a longer one, or more kinds of characters';
  throw new CloudError('INVALID_INPUT', `${field}: ${message}`, { issues: [{ path: field, message }] });
};

export interface NewUser {
  email: string;
  password: string;
  name: string;
  role: string;
}

export interface UserParts {
  tables: Tables;
  users: ResourceStore<UserRecord>;
  clock: Clock;
  newId: NewId;
  /** Kinds of which the new tenant's counters are made; a counter that is missing is made by its first resource. */
  countedKinds?: readonly string[];
}

const emailTaken = () =>
  new CloudError('INVALID_INPUT', 'email: is already registered', {
    issues: [{ path: 'email', message: 'is already registered' }],
  });

/**
 * Makes a user in one transaction with the credential that keeps the e-mail unique, and `extra`.
 * @throws CloudError `INVALID_INPUT` for a weak password or a registered e-mail
 */
export const addUser = async (
  { users, newId, countedKinds = [] }: UserParts,
  caller: PublicCaller,
  user: NewUser,
  extra: readonly Write[] = [],
): Promise<UserRecord> => {
  requireStrength(user.password, 'password');
  const password_hash = await hashPassword(user.password, caller.signal);
  const id = newId();
  const at = new Date(timeOf(id)).toISOString();
  const record: UserRecord = {
    id,
    tenant: platformTenant,
    user_id: id,
    name: user.name,
    email: user.email,
    role: user.role,
    status: 'ACTIVE',
    session_epoch: 1,
    version: 1,
    created_at: at,
    updated_at: at,
  };
  return users.create(caller, record, {
    answer: wireUser(record),
    extra: [
      {
        put: { ...identityKeys.credential(user.email), user_id: id, password_hash, session_epoch: 1 },
        when: { expression: 'attribute_not_exists(pk)' },
        otherwise: emailTaken,
      },
      ...countedKinds.map((kind) => emptyCounter(id, kind)),
      ...(user.role === adminRole ? [administratorsGrow] : []),
      ...extra,
    ],
  });
};

/** The user with this e-mail, in any case, or `undefined`. */
export const findUserByEmail = async (
  { tables, users }: Pick<UserParts, 'tables' | 'users'>,
  email: string,
  signal?: AbortSignal,
): Promise<UserRecord | undefined> => {
  const item = await tables.get(identityKeys.credential(email.toLowerCase()), { consistent: true, signal });
  return item && users.find(platformTenant, String(item.user_id), { signal });
};
