import { hash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Key } from '../table/types.ts';

/** Hours that an answer is remembered (issue: 24 h). */
export const keptSeconds = 24 * 60 * 60;

/** An answer that an `Idempotency-Key` is remembered with. About 200 bytes besides `body`, so that a usual one is under 1 KB. */
export const AnswerRecord = z.object({
  /** Hash of the request that was answered. */
  request: z.string(),
  status: z.int(),
  /** JSON text of the answer's data, or of the error where `status` is one; absent: no body. Sealed where `sealed_key` is there. */
  body: z.optional(z.string()),
  /** The key that seals `body`, itself sealed with the platform's. */
  sealed_key: z.optional(z.string()),
  request_id: z.string(),
  /** `meta.timestamp` of the first answer. */
  at: z.string(),
  location: z.optional(z.string()),
  /** Epoch seconds. DynamoDB deletes some time later, so readers compare. */
  expires_at: z.number(),
});
export type AnswerRecord = z.infer<typeof AnswerRecord>;

/** The key of the record: one for each scope (a user, or a public route) and `Idempotency-Key`, of fixed length. */
export const recordKey = (scope: string, idempotencyKey: string): Required<Key> => ({
  table: 'ephemeral',
  pk: `IDEM#${hash('sha256', `${scope}\n${idempotencyKey}`, 'base64url')}`,
  sk: 'A',
});
