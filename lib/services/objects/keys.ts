import { partitionOf } from '../../platform/table/keys.ts';
import { namedPartition } from '../../platform/table/named-keys.ts';
import type { Key } from '../../platform/table/types.ts';

export const objectKind = 'OBJECT';

/** All objects of one bucket, in the order of their keys. */
export const bucketPartition = (tenant: string, bucket: string): string =>
  namedPartition(tenant, objectKind, bucket);

/** The buckets of a tenant, in the order of their names. */
export const bucketsPartition = (tenant: string): string => `${partitionOf(tenant, objectKind)}#BUCKETS`;

/** What a bucket holds, counted. */
export const bucketKey = (tenant: string, bucket: string): Key => ({
  pk: bucketsPartition(tenant),
  sk: bucket,
});

/** What an object is now: at its place in the bucket. */
export const headKey = (tenant: string, bucket: string, key: string): Key => ({
  pk: bucketPartition(tenant, bucket),
  sk: key,
});

/** The versions of one object, oldest first. */
export const versionsPartition = (tenant: string, objectId: string): string =>
  `${partitionOf(tenant, objectKind)}#${objectId}#VERSIONS`;

export const versionKey = (tenant: string, objectId: string, versionId: string): Key => ({
  pk: versionsPartition(tenant, objectId),
  sk: versionId,
});

export const uploadKey = (tenant: string, id: string): Key => ({
  pk: `${partitionOf(tenant, objectKind)}#UPLOADS`,
  sk: id,
});

/** A completed upload, so that its completion can be asked for again; goes by itself. */
export const completedKey = (tenant: string, id: string): Key => ({
  ...uploadKey(tenant, id),
  table: 'ephemeral',
});

/** What lies due to be cleared away is spread over so many partitions. */
export const clearingShards = 4;

export const clearingPartition = (shard: number): string => `OBJECT_CLEARING#${shard}`;

/** Something to be cleared away when it is due (RFC 3339), unless it is taken back before. */
export const clearingKey = (id: string, due: string): Key => ({
  // The last digit of a UUID is random.
  pk: clearingPartition(Number.parseInt(id.slice(-1), 16) % clearingShards),
  sk: `${due}#${id}`,
});
