import { sha256 } from '../../platform/auth/digest.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Item, Key, Tables, Write } from '../../platform/table/types.ts';

/** Contract 1.5: five failures for an e-mail, then 15 minutes of refusals. */
const allowedFailures = 5;
const lockSeconds = 15 * 60;

/** Somebody else's failure changed the count between our read and our write, or the lock holds. */
class CountMoved extends Error {
  readonly found: Item | undefined;
  constructor(found: Item | undefined) {
    super('the count of failures has moved on');
    this.found = found;
  }
}

/**
 * Counts failed logins per e-mail, known or not, in the ephemeral table. A right password is granted by the same conditional
 * write that a wrong one is counted with, so parallel guesses gain nothing over guesses one by one.
 */
export const createLockout = ({ tables, clock }: { tables: Tables; clock: Clock }) => {
  const keyOf = (email: string): Key => ({
    table: 'ephemeral',
    pk: `LOCKOUT#${sha256(email)}`,
    sk: 'LOCKOUT',
  });
  const now = () => Math.floor(clock.now() / 1000);
  const isLocked = (item: Item | undefined) =>
    item !== undefined && Number(item.failures) >= allowedFailures && Number(item.expires_at) > now();

  const open = () => ({
    expression: 'attribute_not_exists(pk) OR failures < :allowed OR expires_at <= :now',
    values: { ':allowed': allowedFailures, ':now': now() },
  });

  /** The old count has run out, but its item is still there: the failure is the first of a new count. */
  const startOver = async (key: Key, found: Item, signal: AbortSignal): Promise<boolean> => {
    try {
      await tables.write(
        {
          update: key,
          set: { failures: 1, expires_at: now() + lockSeconds },
          when: {
            expression: 'expires_at = :seen AND failures = :failures',
            values: { ':seen': found.expires_at, ':failures': found.failures },
          },
          otherwise: (item) => new CountMoved(item),
        },
        { signal },
      );
      return true;
    } catch (error) {
      if (error instanceof CountMoved) return false;
      throw error;
    }
  };

  return {
    keyOf,
    /** Given the item at `keyOf(email)`. */
    isLocked,
    /** A right password: starts over. @returns false where the lock has closed meanwhile */
    async succeed(email: string, signal: AbortSignal): Promise<boolean> {
      try {
        await tables.write(
          {
            update: keyOf(email),
            set: { failures: 0, expires_at: now() + lockSeconds },
            when: open(),
            otherwise: (found) => new CountMoved(found),
          },
          { signal },
        );
        return true;
      } catch (error) {
        if (error instanceof CountMoved) return false;
        throw error;
      }
    },
    /** A wrong password: one more. Failures while locked don't prolong the lock. */
    async fail(email: string, signal: AbortSignal): Promise<void> {
      const key = keyOf(email);
      for (;;) {
        try {
          await tables.write(
            {
              update: key,
              add: { failures: 1 },
              set: { expires_at: now() + lockSeconds },
              when: {
                expression: 'attribute_not_exists(pk) OR (failures < :allowed AND expires_at > :now)',
                values: { ':allowed': allowedFailures, ':now': now() },
              },
              otherwise: (found) => new CountMoved(found),
            },
            { signal },
          );
          return;
        } catch (error) {
          if (!(error instanceof CountMoved)) throw error;
          if (isLocked(error.found)) return;
          if (error.found && (await startOver(key, error.found, signal))) return;
        }
      }
    },
    /** For the transaction that sets a new password. */
    cleared: (email: string): Write => ({ delete: keyOf(email) }),
  };
};

export type Lockout = ReturnType<typeof createLockout>;
