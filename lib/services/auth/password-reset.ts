import { identityKeys, platformTenant, type UserRecord } from '../../platform/auth/records.ts';
import { CloudError } from '../../platform/errors/index.ts';
import type { PublicCaller } from '../../platform/http/caller.ts';
import type { Write } from '../../platform/table/types.ts';
import { requestMail } from '../mail/service.ts';
import type { Lockout } from './lockout.ts';
import { hashPassword } from './password.ts';
import { ResetToken, resetTokenKey } from './reset-token.ts';
import type { ResetPassword } from './schema.ts';
import { requireStrength, type UserParts } from './users.ts';

export interface PasswordResetParts extends UserParts {
  lockout: Lockout;
  /** Makes this process forget what it has cached of credentials. */
  forget(): void;
}

/**
 * Asks for a reset mail. Whoever the e-mail belongs to, or nobody: one write, one answer. The worker looks up who it is.
 */
export const forgotPassword = async (
  { tables, newId }: PasswordResetParts,
  caller: PublicCaller,
  email: string,
): Promise<void> => {
  await tables.write(requestMail({ template: 'password_reset', email }, caller.requestId, newId), {
    signal: caller.signal,
  });
};

/**
 * Sets a user's password in one transaction: a new epoch ends every token and every key that a login minted, the lockout
 * is lifted, and a mail tells the user. Keys that the user made stay: programs depend on them.
 * @returns undefined where the user changed meanwhile
 */
export const setPassword = (
  { users, newId, lockout }: Pick<PasswordResetParts, 'users' | 'newId' | 'lockout'>,
  caller: PublicCaller,
  user: UserRecord,
  password_hash: string,
  extra: readonly Write[] = [],
): Promise<UserRecord | undefined> => {
  const session_epoch = user.session_epoch + 1;
  return users.settle(
    user,
    {
      set: { session_epoch },
      extra: [
        ...extra,
        {
          update: identityKeys.credential(user.email),
          set: { password_hash, session_epoch },
          when: { expression: 'attribute_exists(pk)' },
        },
        lockout.cleared(user.email),
        requestMail({ template: 'password_changed', email: user.email }, caller.requestId, newId),
      ],
    },
    caller.signal,
  );
};

const badToken = () =>
  new CloudError('INVALID_INPUT', 'token: is unknown, used or expired', {
    issues: [{ path: 'token', message: 'is unknown, used or expired' }],
  });

/** @throws CloudError `INVALID_INPUT` for a weak password, and for a token that is unknown, used or expired */
export const resetPassword = async (
  parts: PasswordResetParts,
  caller: PublicCaller,
  { token, new_password }: ResetPassword,
): Promise<void> => {
  const { tables, users, clock, forget } = parts;
  const { signal } = caller;
  requireStrength(new_password, 'new_password');
  const key = resetTokenKey(token);
  const item = await tables.get(key, { consistent: true, signal });
  const now = Math.floor(clock.now() / 1000);
  if (!item) throw badToken();
  const kept = ResetToken.parse(item);
  if (kept.expires_at <= now) throw badToken();
  const password_hash = await hashPassword(new_password, signal);
  const spent: Write = { delete: key, when: { expression: 'attribute_exists(pk)' }, otherwise: badToken };
  for (;;) {
    const user = await users.find(platformTenant, kept.user_id, { signal });
    if (user?.session_epoch !== kept.session_epoch) throw badToken();
    if (await setPassword(parts, caller, user, password_hash, [spent])) break;
  }
  forget();
};
