import * as z from 'zod/mini';
import type { Item } from '../../platform/table/types.ts';
import { StoredObject } from './schema.ts';
import type { Upload } from './upload-schema.ts';

export const UploadRecord = z.object({
  id: z.string(),
  tenant: z.string(),
  bucket: z.string(),
  key: z.string(),
  /** The version's id. */
  blob: z.string(),
  size_bytes: z.int(),
  content_type: z.string(),
  /** Amazon S3's name of an upload in parts. */
  parts: z.optional(z.string()),
  part_size_bytes: z.optional(z.int()),
  created_at: z.string(),
  /** RFC 3339; also when its clearing is due. */
  expires: z.string(),
});
export type UploadRecord = z.infer<typeof UploadRecord>;

const Completed = z.extend(UploadRecord, { object: StoredObject });
type Completed = z.infer<typeof Completed>;

export const recordOf = (item: Item, tenant: string): UploadRecord =>
  UploadRecord.parse({ ...item, id: item.sk, tenant });

export const completedOf = (item: Item, tenant: string): Completed =>
  Completed.parse({ ...item, id: item.sk, tenant });

export const attributesOf = ({ id: _, tenant: __, ...attributes }: UploadRecord): Item => attributes;

const countOf = (size: number, partSize: number): number => Math.max(1, Math.ceil(size / partSize));

/** Bytes of one of its parts; undefined where it has no such part. */
export const partSizeOf = (
  { size_bytes, part_size_bytes }: Pick<UploadRecord, 'size_bytes' | 'part_size_bytes'>,
  number: number,
): number | undefined => {
  if (part_size_bytes === undefined || number > countOf(size_bytes, part_size_bytes)) return undefined;
  return Math.min(part_size_bytes, size_bytes - (number - 1) * part_size_bytes);
};

export const uploadOf = ({ expires, ...record }: UploadRecord | Completed): Upload => ({
  ...record,
  status: 'object' in record ? 'COMPLETED' : 'PENDING',
  expires_at: expires,
  ...(record.part_size_bytes !== undefined && {
    part_count: countOf(record.size_bytes, record.part_size_bytes),
  }),
});
