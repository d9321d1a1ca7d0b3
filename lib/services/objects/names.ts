import * as z from 'zod/mini';

/** Characters that a bucket's name and a key may have (contract 2.18). */
export const maxBucketCharacters = 255;
export const maxKeyCharacters = 512;
/** Bytes of UTF-8 that a key may take: those of a sort key of the table, and of a key of Amazon S3. */
export const maxKeyBytes = 1_024;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const control = /[\u0000-\u001f\u007f]/;

/** What is wrong with a name whatever else it is. Letters are taken as they are: two Unicode forms are two names. */
const reasonAgainst = (text: string): string | undefined => {
  if (text === '') return 'must not be empty';
  if (text.includes('..')) return 'must not contain ..';
  if (control.test(text)) return 'must not contain control characters';
  if (!text.isWellFormed()) return 'must be well-formed Unicode';
  return undefined;
};

const characters = (text: string): number => [...text].length;

/** Why a text can not be a bucket's name. */
export const reasonAgainstBucket = (text: string): string | undefined => {
  const reason = reasonAgainst(text);
  if (reason) return reason;
  if (characters(text) > maxBucketCharacters) return `must have at most ${maxBucketCharacters} characters`;
  if (text.includes('/')) return 'must not contain /';
  return text === '.' ? 'must not be .' : undefined;
};

/** Why a text can not be a key. */
export const reasonAgainstKey = (text: string): string | undefined => {
  const reason = reasonAgainst(text);
  if (reason) return reason;
  if (characters(text) > maxKeyCharacters) return `must have at most ${maxKeyCharacters} characters`;
  if (Buffer.byteLength(text) > maxKeyBytes) return `must have at most ${maxKeyBytes} bytes in UTF-8`;
  return text.split('/').includes('.') ? 'must not have . between slashes' : undefined;
};

const named = (reasonOf: (text: string) => string | undefined) =>
  z.string().check((payload) => {
    const message = reasonOf(payload.value);
    if (message) payload.issues.push({ code: 'custom', message, input: payload.value });
  });

export const BucketName = named(reasonAgainstBucket);
export const ObjectKey = named(reasonAgainstKey);
