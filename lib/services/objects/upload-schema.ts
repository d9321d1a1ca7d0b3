import * as z from 'zod/mini';
import { MediaType, unknownType } from './content-type.ts';
import { maxObjectBytes, maxParts } from './limits.ts';
import { ObjectName, StoredObject, Uuid } from './schema.ts';

const PartNumber = z.int().check(z.gte(1), z.lte(maxParts));

/** How a part, or a whole object in one PUT, is sent: to the URL, with these headers. */
const Target = z.object({ url: z.string(), headers: z.record(z.string(), z.string()) });

/** Bytes on their way straight to where they are kept. */
export const Upload = z.object({
  id: z.string(),
  bucket: z.string(),
  key: z.string(),
  status: z.enum(['PENDING', 'COMPLETED']),
  size_bytes: z.int(),
  content_type: z.string(),
  /** In parts: bytes of each but the last, and how many there are. */
  part_size_bytes: z.optional(z.int()),
  part_count: z.optional(z.int()),
  /** In one PUT: where to. Only with the answer to the creation. */
  target: z.optional(Target),
  created_at: z.string(),
  /** After it what is not completed is cleared away. */
  expires_at: z.string(),
  /** What has come of it. */
  object: z.optional(StoredObject),
});
export type Upload = z.infer<typeof Upload>;

export const CreateUpload = z.extend(ObjectName, {
  size_bytes: z.int().check(z.gte(0), z.lte(maxObjectBytes)),
  content_type: z._default(MediaType, unknownType),
  /** Left out: above 8 MiB. */
  multipart: z.optional(z.boolean()),
});
export type CreateUpload = z.infer<typeof CreateUpload>;

export const SignParts = z.object({
  part_numbers: z.array(PartNumber).check(z.minLength(1), z.maxLength(1_000)),
});
export type SignParts = z.infer<typeof SignParts>;

export const SignedParts = z.object({
  parts: z.array(z.extend(Target, { part_number: z.int(), size_bytes: z.int() })),
  expires_at: z.string(),
});
export type SignedParts = z.infer<typeof SignedParts>;

export const CompleteUpload = z.object({
  /** Of an upload in parts: each part's `ETag`, as its PUT has answered. */
  parts: z.optional(
    z
      .array(z.object({ part_number: PartNumber, etag: z.string().check(z.minLength(1), z.maxLength(128)) }))
      .check(z.minLength(1), z.maxLength(maxParts)),
  ),
});
export type CompleteUpload = z.infer<typeof CompleteUpload>;

export const SignDownload = z.extend(ObjectName, {
  version_id: z.optional(Uuid),
  /** Seconds. */
  expires_in: z._default(z.int().check(z.gte(1), z.lte(3_600)), 3_600),
});
export const SignedDownload = z.object({ url: z.string(), expires_at: z.string() });
