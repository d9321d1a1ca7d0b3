import { identityKeys, type UserRecord } from '../../platform/auth/records.ts';
import type { Clock } from '../../platform/clock.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { Tables } from '../../platform/table/types.ts';
import type { Letter } from '../mail/service.ts';
import { ApiKeyRecord } from './api-key-record.ts';
import { passwordChangedLetter, passwordResetLetter } from './letters.ts';
import { newResetToken } from './reset-token.ts';
import { findUserByEmail } from './users.ts';

/** Reset mails for one user within an hour; more would only help somebody who wants to annoy. */
const mailsPerHour = 5;
const hourMilliseconds = 3_600_000;

export interface LetterParts {
  tables: Tables;
  users: ResourceStore<UserRecord>;
  clock: Clock;
  /** Where users reach the API; may be empty. */
  publicUrl: string;
}

/** The user has been written to as often as they should within this hour. */
class TooMany extends Error {}

/** The mails about passwords, by template. They run in the mail worker, where nobody can time whether a user exists. */
export const authLetters = ({ tables, users, clock, publicUrl }: LetterParts) => {
  const count = async (user: UserRecord, signal: AbortSignal): Promise<void> => {
    const hour = Math.floor(clock.now() / hourMilliseconds);
    await tables.write(
      {
        update: { table: 'ephemeral', pk: `RESETMAILS#${user.id}`, sk: String(hour) },
        add: { mails: 1 },
        set: { expires_at: Math.ceil(((hour + 1) * hourMilliseconds) / 1000) },
        when: {
          expression: 'attribute_not_exists(mails) OR mails < :most',
          values: { ':most': mailsPerHour },
        },
        otherwise: () => new TooMany(),
      },
      { signal },
    );
  };

  /** Keys that logins minted under an earlier password are dead already; here they also leave the owner's list. */
  const tidyKeys = async (user: UserRecord, signal: AbortSignal): Promise<void> => {
    const partition = identityKeys.apiKeys(user.id);
    for await (const item of tables.query({ partition, consistent: true, signal })) {
      const { tenant, id, key_hash, session_epoch } = ApiKeyRecord.parse(item);
      if (session_epoch === undefined || session_epoch >= user.session_epoch) continue;
      const writes = [
        { delete: identityKeys.apiKey(tenant, id) },
        { delete: identityKeys.apiKeyLookup(key_hash) },
      ];
      await tables.transact(writes, { signal });
    }
  };

  const passwordReset: Letter = async (email, signal) => {
    const user = await findUserByEmail({ tables, users }, email, signal);
    if (!user) return { unsent: 'unknown address' };
    try {
      await count(user, signal);
    } catch (error) {
      if (error instanceof TooMany) return { unsent: 'too many within the hour' };
      throw error;
    }
    const { token, write } = newResetToken(user, clock.now());
    await tables.write(write, { signal });
    return passwordResetLetter(user.email, token, publicUrl);
  };

  const passwordChanged: Letter = async (email, signal) => {
    const user = await findUserByEmail({ tables, users }, email, signal);
    if (!user) return { unsent: 'unknown address' };
    await tidyKeys(user, signal);
    return passwordChangedLetter(user.email);
  };

  return { password_reset: passwordReset, password_changed: passwordChanged };
};
