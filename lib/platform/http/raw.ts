import * as z from 'zod/mini';

/** What a `raw` route answers with: a body as it is; `status` where it is not the declared one. */
export const RawAnswer = z.object({
  contentType: z.optional(z.string()),
  /** Text, or base64 of any bytes where `isBase64Encoded` says so. */
  body: z.string(),
  isBase64Encoded: z.optional(z.boolean()),
  status: z.optional(z.int()),
  headers: z.optional(z.record(z.string(), z.string())),
  /** Repeated headers, names in lower case; for functions behind the REST API. */
  multiValueHeaders: z.optional(z.record(z.string(), z.array(z.string()))),
});
export type RawAnswer = z.infer<typeof RawAnswer>;
