import * as z from 'zod/mini';

/** A value as it is stored: nothing of it can be read without the platform's key. */
export const SealedValue = z.object({
  /** The five parts of a JWE's text; the second, for a key of its own, is empty. */
  ciphertext: z.string(),
  /** The data key, wrapped. */
  data_key: z.string(),
});
export type SealedValue = z.infer<typeof SealedValue>;
