import { identityKeys, platformTenant, type UserRecord } from '../../platform/auth/records.ts';
import { CloudError } from '../../platform/errors/index.ts';
import type { PublicCaller } from '../../platform/http/caller.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { Tables } from '../../platform/table/types.ts';
import type { Lockout } from './lockout.ts';
import { verifyPassword } from './password.ts';
import type { Login } from './schema.ts';

export interface LoginParts {
  tables: Tables;
  users: ResourceStore<UserRecord>;
  lockout: Lockout;
}

/** One answer for every reason, so that none can be told from another. */
const refused = (internal: string) =>
  new CloudError('UNAUTHORIZED', 'wrong e-mail or password', { internal });

/**
 * Who an e-mail and password belong to. A known and an unknown e-mail take the same steps: one read, one hash, one write.
 * Only a locked one is refused before the hash, which tells nothing: unknown e-mails are locked alike.
 * @throws CloudError `UNAUTHORIZED` for an unknown e-mail, a wrong password, a locked e-mail, a suspended tenant
 */
export const verifyLogin = async (
  parts: LoginParts,
  caller: PublicCaller,
  login: Login,
): Promise<UserRecord> => {
  const { tables, users, lockout } = parts;
  const { signal } = caller;
  const items = await tables.batchGet([identityKeys.credential(login.email), lockout.keyOf(login.email)], {
    consistent: true,
    signal,
  });
  const credential = items.find(({ sk }) => sk === 'CREDENTIAL');
  if (lockout.isLocked(items.find(({ sk }) => sk === 'LOCKOUT'))) throw refused('locked');
  if (!(await verifyPassword(login.password, credential && String(credential.password_hash), signal))) {
    await lockout.fail(login.email, signal);
    throw refused(credential ? 'wrong password' : 'unknown e-mail');
  }
  if (!(await lockout.succeed(login.email, signal))) throw refused('locked by failures at the same time');
  const user = await users.find(platformTenant, String(credential?.user_id), { signal });
  if (user?.status !== 'ACTIVE') throw refused('suspended');
  if (user.session_epoch !== credential?.session_epoch)
    throw refused('the password was reset at the same time');
  return user;
};
