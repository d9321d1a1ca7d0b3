import type { Sealer } from '../../platform/auth/sealer.ts';
import type { SubscriptionRecord } from './record.ts';
import { newSigningSecret } from './signing.ts';

/** What the sealer of signing secrets is made for: nothing that was sealed for another purpose opens as one. */
export const signingSecretPurpose = 'webhook-signing-secrets';

/** Hours that a secret goes on signing beside the one that has replaced it. */
export const overlapHours = 24;

/** A fresh secret, and its sealed form for the record. */
export const freshSecret = async (
  sealer: Pick<Sealer, 'seal'>,
  signal: AbortSignal,
): Promise<{ secret: string; sealed: string }> => {
  const secret = newSigningSecret();
  return { secret, sealed: await sealer.seal(secret, signal) };
};

/** The secrets that sign at a time, in milliseconds: the present one first. */
export const openSecrets = (
  sealer: Pick<Sealer, 'open'>,
  {
    secret,
    previous_secret,
    previous_secret_until,
  }: Pick<SubscriptionRecord, 'secret' | 'previous_secret' | 'previous_secret_until'>,
  now: number,
  signal: AbortSignal,
): Promise<string[]> => {
  const overlaps = previous_secret_until !== undefined && now < Date.parse(previous_secret_until);
  const sealed = [secret, overlaps ? previous_secret : undefined];
  return Promise.all(sealed.flatMap((text) => (text ? [sealer.open(text, signal)] : [])));
};
