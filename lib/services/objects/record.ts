import * as z from 'zod/mini';
import type { Caller } from '../../platform/http/caller.ts';
import type { NewId } from '../../platform/ids.ts';
import type { LifecycleEvent } from '../../platform/table/resource.ts';
import type { Item } from '../../platform/table/types.ts';

import type { ObjectVersion, StoredObject } from './schema.ts';

/** What one version is. Its bytes lie in Amazon S3 under its tenant and id, and never change. */
const content = {
  size_bytes: z.int(),
  content_type: z.string(),
  etag: z.string(),
};

/** An object as its bucket holds it. */
const Head = z.object({
  ...content,
  tenant: z.string(),
  bucket: z.string(),
  key: z.string(),
  id: z.string(),
  user_id: z.string(),
  version_id: z.string(),
  /** One more with each write of this item: what every change of the object or of its versions asks for. */
  version: z.int(),
  /** How many versions there are, the present one too. */
  versions: z.int(),
  created_at: z.string(),
  updated_at: z.string(),
  deleted_at: z.optional(z.string()),
  /** When what was deleted is cleared away, RFC 3339. */
  purge_at: z.optional(z.string()),
});
export type Head = z.infer<typeof Head>;

const Version = z.object({
  ...content,
  id: z.string(),
  created_at: z.string(),
  /** Until when a signed URL may still write its bytes, RFC 3339. */
  writable_until: z.optional(z.string()),
});
export type Version = z.infer<typeof Version>;

export interface Place {
  tenant: string;
  bucket: string;
  key: string;
}

export const headOf = (item: Item, { tenant, bucket, key }: Place): Head =>
  Head.parse({ user_id: tenant, ...item, tenant, bucket, key });

export const versionOf = (item: Item): Version => Version.parse({ ...item, id: item.sk });

/** A head's attributes as an item holds them: what stands in its key is left out. */
export const headAttributes = ({ tenant, bucket: _, key: __, user_id, ...rest }: Head): Item => ({
  ...rest,
  ...(user_id !== tenant && { user_id }),
});

/** Contract 2.18: `arn:thecloud:storage:local:default:object/<bucket>/<key>`. */
const arnOf = ({ bucket, key }: Pick<Head, 'bucket' | 'key'>): string =>
  `arn:thecloud:storage:local:default:object/${bucket}/${key}`;

export const objectOf = (head: Head): StoredObject => ({ ...head, arn: arnOf(head) });

export const shownVersion = (head: Head, version: Version): ObjectVersion => ({
  ...version,
  object_id: head.id,
  bucket: head.bucket,
  key: head.key,
  is_current: version.id === head.version_id && head.deleted_at === undefined,
});

/** What was done, complete as it is written: the stream tells the bus. With its id, by which the stream is filtered. */
export const doneEvent = (newId: NewId, caller: Caller, action: string, at: string): LifecycleEvent => {
  const id = newId();
  const { user } = caller.principal;
  return { id, action_id: id, action, phase: 'succeeded', at, user, request_id: caller.requestId };
};
