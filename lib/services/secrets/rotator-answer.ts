import * as z from 'zod/mini';
import { SecretValue } from './schema.ts';

/** What a rotator gives back; whatever else it says is left alone. */
const RotatorAnswer = z.object({ value: SecretValue });

/**
 * The new value that a function has given.
 * @param result JSON
 * @returns undefined where there is none, or not of the bounds of a secret's value; no error here repeats what was read
 */
export const valueOfAnswer = (result: string | undefined): string | undefined => {
  let answer: unknown;
  try {
    answer = JSON.parse(result ?? '');
  } catch {
    return undefined;
  }
  const parsed = RotatorAnswer.safeParse(answer);
  return parsed.success ? parsed.data.value : undefined;
};
