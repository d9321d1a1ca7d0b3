import { randomBytes } from 'node:crypto';
import { sha256 } from '../../platform/auth/digest.ts';
import { identityKeys, Session } from '../../platform/auth/records.ts';
import type { Clock } from '../../platform/clock.ts';
import { CloudError } from '../../platform/errors/index.ts';
import type { Tables } from '../../platform/table/types.ts';

/** A family ends when nobody has refreshed it for so long … */
const idleSeconds = 30 * 24 * 3600;
/** … and in any case so long after the login it came from. */
const lifetimeSeconds = 90 * 24 * 3600;

const form = /^([0-9a-f]{32})\.([0-9a-f]{64})$/;

/** The token was exchanged in the moment between our read and our write. */
class ExchangedMeanwhile extends Error {}

export const refusedRefresh = (internal: string) =>
  new CloudError('UNAUTHORIZED', 'the refresh token is unknown, used, expired or revoked', { internal });

/** Refresh tokens: `<family>.<secret>`, of which only the SHA-256 of the present one is kept. */
export const createSessions = ({ tables, clock }: { tables: Tables; clock: Clock }) => {
  const seconds = () => Math.floor(clock.now() / 1000);
  const fresh = (family: string) => `${family}.${randomBytes(32).toString('hex')}`;

  const endOf = (startedAt: string) =>
    Math.min(seconds() + idleSeconds, Math.floor(Date.parse(startedAt) / 1000) + lifetimeSeconds);

  const revoke = async (family: string, signal: AbortSignal): Promise<void> => {
    await tables.write({ delete: identityKeys.session(family) }, { signal });
  };

  return {
    revoke,

    /** Begins a family. */
    async begin(
      owner: Pick<Session, 'tenant' | 'user_id' | 'session_epoch' | 'key_hash'>,
      signal: AbortSignal,
    ): Promise<{ session: Session; refreshToken: string }> {
      const family = randomBytes(16).toString('hex');
      const refreshToken = fresh(family);
      const started_at = new Date(clock.now()).toISOString();
      const session: Session = {
        ...owner,
        family,
        token_hash: sha256(refreshToken),
        started_at,
        expires_at: endOf(started_at),
      };
      await tables.write({ put: { ...identityKeys.session(family), ...session } }, { signal });
      return { session, refreshToken };
    },

    /**
     * Exchanges a refresh token for its successor. A token that was exchanged before is in two hands, so its family ends;
     * of two copies at the same moment one wins, and the other is only refused.
     * @throws CloudError `UNAUTHORIZED`
     */
    async exchange(
      presented: string,
      signal: AbortSignal,
    ): Promise<{ session: Session; refreshToken: string }> {
      const family = form.exec(presented)?.[1];
      if (!family) throw refusedRefresh('not a refresh token by its form');
      const key = identityKeys.session(family);
      const item = await tables.get(key, { consistent: true, signal });
      if (!item) throw refusedRefresh('no such family');
      const session = Session.parse(item);
      if (session.expires_at <= seconds()) throw refusedRefresh('expired');
      const hash = sha256(presented);
      if (session.token_hash !== hash) {
        await revoke(family, signal);
        throw refusedRefresh('used before: the family is revoked');
      }
      const refreshToken = fresh(family);
      const change = { token_hash: sha256(refreshToken), expires_at: endOf(session.started_at) };
      try {
        await tables.write(
          {
            update: key,
            set: change,
            when: { expression: 'token_hash = :presented', values: { ':presented': hash } },
            otherwise: () => new ExchangedMeanwhile(),
          },
          { signal },
        );
      } catch (error) {
        if (error instanceof ExchangedMeanwhile) throw refusedRefresh('a copy was faster');
        throw error;
      }
      return { session: { ...session, ...change }, refreshToken };
    },
  };
};

export type Sessions = ReturnType<typeof createSessions>;
