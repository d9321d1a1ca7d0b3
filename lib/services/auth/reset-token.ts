import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import { sha256 } from '../../platform/auth/digest.ts';
import type { UserRecord } from '../../platform/auth/records.ts';
import type { Key, Write } from '../../platform/table/types.ts';

/** Contract 2.1. */
const lifetimeSeconds = 3600;

/** A password-reset token as it is kept: its SHA-256 is the key. */
export const ResetToken = z.object({
  user_id: z.string(),
  /** The token is good for this epoch of the user only: one reset spends all that were sent. */
  session_epoch: z.int(),
  /** Epoch seconds. */
  expires_at: z.int(),
});
export type ResetToken = z.infer<typeof ResetToken>;

export const resetTokenKey = (token: string): Key => ({
  table: 'ephemeral',
  pk: `RESET#${sha256(token)}`,
  sk: 'RESET',
});

/** A fresh token, 32 random bytes in hex, and the write that keeps it. @param now milliseconds since the epoch */
export const newResetToken = (user: UserRecord, now: number): { token: string; write: Write } => {
  const token = randomBytes(32).toString('hex');
  const expires_at = Math.floor(now / 1000) + lifetimeSeconds;
  const kept: ResetToken = { user_id: user.id, session_epoch: user.session_epoch, expires_at };
  return { token, write: { put: { ...resetTokenKey(token), ...kept } } };
};
