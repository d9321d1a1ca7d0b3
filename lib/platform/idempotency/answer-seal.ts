import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Sealer } from '../auth/sealer.ts';

/** The part of the platform's sealer that answers need. */
export type AnswerSealer = Pick<Sealer, 'seal' | 'open'>;

/** Seals one answer. Made before the service runs, so that sealing itself needs no waiting inside of a transaction. */
export interface AnswerSeal {
  /** The data key, sealed with the platform's. Stored beside what it sealed. */
  sealedKey: string;
  seal(text: string): string;
}

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** Envelope encryption: a fresh key for one answer, itself sealed by the platform's sealer. */
export const newAnswerSeal = async (sealer: AnswerSealer, signal: AbortSignal): Promise<AnswerSeal> => {
  const key = randomBytes(32);
  const sealedKey = await sealer.seal(key.toString('base64url'), signal);
  return {
    sealedKey,
    seal: (text) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, key, nonce);
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
    },
  };
};

/** @throws Error where text or key were changed */
export const openAnswer = async (
  sealer: AnswerSealer,
  sealedKey: string,
  sealed: string,
  signal: AbortSignal,
): Promise<string> => {
  const key = Buffer.from(await sealer.open(sealedKey, signal), 'base64url');
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes));
  decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]).toString(
    'utf8',
  );
};
