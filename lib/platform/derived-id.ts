import { createHash } from 'node:crypto';

/**
 * A UUIDv7 of a time, in milliseconds, whose other bits follow from the seed: what is made again under the same two is the
 * same thing.
 */
export const derivedId = (milliseconds: number, seed: string): string => {
  const time = milliseconds.toString(16).padStart(12, '0');
  const hash = createHash('sha256').update(seed).digest('hex');
  const variant = (0x8 | (Number.parseInt(hash[3] ?? '0', 16) & 0x3)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hash.slice(0, 3)}-${variant}${hash.slice(4, 7)}-${hash.slice(7, 19)}`;
};
