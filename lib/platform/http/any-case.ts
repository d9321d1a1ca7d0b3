import * as z from 'zod/mini';

/**
 * One of an enumeration's values, written in any case.
 * @__NO_SIDE_EFFECTS__
 */
export const inAnyCase = <T extends Readonly<Record<string, string>>>(values: z.ZodMiniEnum<T>) =>
  z.pipe(
    z.pipe(
      z.string(),
      z.transform((text) => {
        const known: readonly string[] = values.options;
        return known.find((one) => one.toLowerCase() === text.toLowerCase()) ?? text;
      }),
    ),
    values,
  );
