import * as z from 'zod/mini';

/** What a `raw` route answers with: a body as it is. Text only; `status` where it is not the declared one. */
export const RawAnswer = z.object({
  contentType: z.string(),
  body: z.string(),
  status: z.optional(z.int()),
  headers: z.optional(z.record(z.string(), z.string())),
});
export type RawAnswer = z.infer<typeof RawAnswer>;
