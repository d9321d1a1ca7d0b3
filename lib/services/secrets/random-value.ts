import { randomInt } from 'node:crypto';

/** Needs no quoting in a shell, a URL or a connection string. 64 of them: six bits each. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** A value that nobody can guess: 192 bits with 32 characters. */
export const randomValue = (length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
