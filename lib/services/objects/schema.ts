import * as z from 'zod/mini';
import { parseId } from '../../platform/ids.ts';
import { BucketName, ObjectKey } from './names.ts';

/** An object as the contract shows it (2.18), with what its versions and conditional requests need. */
export const StoredObject = z.object({
  id: z.string(),
  user_id: z.string(),
  arn: z.string(),
  bucket: z.string(),
  key: z.string(),
  size_bytes: z.int(),
  content_type: z.string(),
  created_at: z.string(),
  /** When its present version was written or restored. */
  updated_at: z.string(),
  /** Of the present version, in quotes: for `If-Match` and `If-None-Match`. */
  etag: z.string(),
  version_id: z.string(),
  deleted_at: z.optional(z.string()),
});
export type StoredObject = z.infer<typeof StoredObject>;

/** Where keys of a list go on below a delimiter. */
export const CommonPrefix = z.object({ prefix: z.string() });
export type CommonPrefix = z.infer<typeof CommonPrefix>;

/** An entry of a bucket's list: with `delimiter`, keys that go on behind it stand together as one prefix. */
export const BucketEntry = z.union([StoredObject, CommonPrefix]);
export type BucketEntry = z.infer<typeof BucketEntry>;

/** A bucket that holds something. Deleted objects and former versions do not count. */
export const Bucket = z.object({ name: z.string(), objects: z.int(), size_bytes: z.int() });
export type Bucket = z.infer<typeof Bucket>;

/** One version of an object; its bytes never change. */
export const ObjectVersion = z.object({
  id: z.string(),
  object_id: z.string(),
  bucket: z.string(),
  key: z.string(),
  size_bytes: z.int(),
  content_type: z.string(),
  etag: z.string(),
  /** Whether it is what a download without `version_id` gets. */
  is_current: z.boolean(),
  created_at: z.string(),
});
export type ObjectVersion = z.infer<typeof ObjectVersion>;

/** A UUID in a query or body, in any form of contract 1.4. */
export const Uuid = z.pipe(
  z.string(),
  z.transform((text, context) => {
    const id = parseId(text);
    if (id !== undefined) return id;
    context.issues.push({ code: 'custom', message: 'must be a UUID', input: text });
    return z.NEVER;
  }),
);

/** Names one object. */
export const ObjectName = z.object({ bucket: BucketName, key: ObjectKey });
export type ObjectName = z.infer<typeof ObjectName>;
