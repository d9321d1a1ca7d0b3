import * as z from 'zod/mini';

/** The name of a resource: trimmed, 1 to 64 characters, none of them a control character. */
export const ResourceName = z
  .string()
  .check(
    z.trim(),
    z.minLength(1),
    z.maxLength(64),
    z.regex(/^\P{Cc}*$/u, 'must not hold control characters'),
  );
