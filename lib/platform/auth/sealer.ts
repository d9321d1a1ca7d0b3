import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { SecretReader } from './secret-reader.ts';

/** Keeps text so that only the platform can read it again. */
export interface Sealer {
  seal(text: string, signal?: AbortSignal): Promise<string>;
  /** @throws Error where the text was not sealed under this secret and purpose, or was changed */
  open(sealed: string, signal?: AbortSignal): Promise<string>;
}

const algorithm = 'aes-256-gcm';
/** Bytes. Given explicitly, or Node would take a tag that was cut short. */
const authTagLength = 16;

/**
 * AES-256-GCM under a key that HKDF-SHA256 derives from the token secret, one for each purpose, so that what was sealed
 * for one can't be opened as another. A random 96-bit nonce per text: good for 2^32 texts per secret and purpose
 * (NIST SP 800-38D, 8.3).
 */
export const createSealer = (secret: SecretReader, purpose: string): Sealer => {
  let derived: { from: string; key: Buffer } | undefined;
  const keyOf = async (signal?: AbortSignal): Promise<Buffer> => {
    const from = await secret.read(signal);
    if (derived?.from !== from)
      derived = { from, key: Buffer.from(hkdfSync('sha256', from, 'thecloud', purpose, 32)) };
    return derived.key;
  };
  return {
    async seal(text, signal) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv(algorithm, await keyOf(signal), nonce, { authTagLength });
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `v1.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
    },
    async open(sealed, signal) {
      const [version, payload] = sealed.split('.');
      if (version !== 'v1' || !payload) throw new Error('not a sealed text of version 1');
      const bytes = Buffer.from(payload, 'base64url');
      const decipher = createDecipheriv(algorithm, await keyOf(signal), bytes.subarray(0, 12), {
        authTagLength,
      });
      decipher.setAuthTag(bytes.subarray(12, 28));
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
    },
  };
};
