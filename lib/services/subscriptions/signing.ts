import { createHmac, randomBytes } from 'node:crypto';

/** Standard Webhooks 1.0.0 asks for 24 to 64 bytes. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
const secretBytes = 32;
const prefix = 'whsec_';

/** A new secret in the form of Standard Webhooks. */
export const newSigningSecret = (): string => `${prefix}${randomBytes(secretBytes).toString('base64')}`;

export interface Signed {
  id: string;
  /** When it is sent, in milliseconds since the epoch. */
  at: number;
  body: string;
}

/** The headers of Standard Webhooks: one signature for each secret, so that a receiver may know either. */
export const signatureHeaders = ({ id, at, body }: Signed, secrets: readonly string[]) => {
  const timestamp = String(Math.floor(at / 1_000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(prefix.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
};
