import * as z from 'zod/mini';
import { invalid } from '../../platform/errors/index.ts';
import { maxInBandBytes } from '../../platform/http/body.ts';
import { RawAnswer } from '../../platform/http/raw.ts';
import { route } from '../../platform/http/route.ts';
import { givenHeaders } from './headers.ts';
import { BucketName } from './names.ts';
import { Bucket, BucketEntry, ObjectName, ObjectVersion, StoredObject, Uuid } from './schema.ts';
import type { Objects } from './service.ts';

const objectRoute = route<{ objects: Objects }>();

/** Bucket and key as they stand in the path, decoded once: the key is all that follows the bucket. */
const ObjectParams = z.pipe(
  z.pipe(
    z.object({ bucket: z.string(), proxy: z.string() }),
    z.transform(({ bucket, proxy }) => ({ bucket, key: proxy })),
  ),
  ObjectName,
);

const IsTrue = z.pipe(
  z.enum(['true', 'false']),
  z.transform((text) => text === 'true'),
);

const listBuckets = objectRoute({
  method: 'GET',
  path: '/storage',
  permission: 'authenticated',
  summary: 'List buckets, with what they hold',
  description: 'Those that hold something, in the order of their names; further pages by cursor.',
  list: { sortBy: ['name'], order: { sortBy: 'name', sortDir: 'asc' } },
  responds: { status: 200, body: z.array(Bucket) },
  handle: ({ caller, list }, { objects }) => objects.buckets(caller, list),
});

const listBucket = objectRoute({
  method: 'GET',
  path: '/storage/:bucket',
  permission: 'authenticated',
  summary: 'List the objects of a bucket',
  description:
    'Without parameters everything, newest first; with any of them in the order of the keys, by cursor. With `delimiter`, keys that go on behind it stand together as one `prefix`. A bucket is there as soon as something is in it: any other is empty.',
  params: z.object({ bucket: BucketName }),
  query: z.object({
    prefix: z.optional(z.string().check(z.maxLength(512))),
    delimiter: z.optional(z.string().check(z.minLength(1), z.maxLength(16))),
  }),
  list: { sortBy: ['name', 'createdAt'] },
  responds: { status: 200, body: z.array(BucketEntry) },
  handle: ({ params, query, caller, list }, { objects }) => objects.list(caller, params.bucket, query, list),
});

const putObject = objectRoute({
  method: 'PUT',
  path: '/storage/:bucket/*',
  permission: 'authenticated',
  takes: 'raw',
  idempotent: {
    exempt:
      'the same bytes again are the same object; `If-None-Match` and `If-Match` say what may be replaced',
  },
  summary: 'Store an object',
  description: `The body as it is, up to ${maxInBandBytes} bytes; for more, \`POST /storage-uploads\`. With the header \`X-Copy-Source: /bucket/key\` (percent-encoded, \`?version_id=…\` for a version) and no body, a copy of that object. What was there before is kept as a version.`,
  params: ObjectParams,
  responds: { status: 201, body: StoredObject },
  errors: ['OBJECT_NOT_FOUND', 'PRECONDITION_FAILED', 'RESOURCE_LIMIT_EXCEEDED'],
  handle: ({ params, raw, caller }, { objects }) => {
    const { ifMatch, ifNoneMatch, contentType, copySource } = givenHeaders(raw);
    if (copySource) {
      if (raw.body.length > 0) throw invalid('body', 'must be empty where x-copy-source is given');
      return objects.copy(caller, params, copySource, { ifMatch, ifNoneMatch });
    }
    return objects.put(caller, params, { bytes: raw.body, ifMatch, ifNoneMatch, contentType });
  },
});

const getObject = objectRoute({
  method: 'GET',
  path: '/storage/:bucket/*',
  permission: 'authenticated',
  takes: 'raw',
  summary: 'Get the bytes of an object',
  description: `Honours \`Range\`, \`If-Match\` and \`If-None-Match\`. More than ${maxInBandBytes} bytes are a redirection (307) to where they lie, for one hour.`,
  params: ObjectParams,
  query: z.object({ version_id: z.optional(Uuid) }),
  shape: 'raw',
  responds: { status: 200, body: RawAnswer },
  errors: ['OBJECT_NOT_FOUND', 'PRECONDITION_FAILED', 'RANGE_NOT_SATISFIABLE'],
  handle: ({ params, query, raw, caller }, { objects }) => {
    const { ifMatch, ifNoneMatch, range } = givenHeaders(raw);
    return objects.read(caller, params, { ifMatch, ifNoneMatch, range, versionId: query.version_id });
  },
});

const headObject = objectRoute({
  method: 'HEAD',
  path: '/storage/:bucket/*',
  permission: 'authenticated',
  takes: 'raw',
  summary: 'Get the headers of an object',
  description:
    'Those of a download of all of it, whatever its size. `X-Object-Size` is that size in bytes: API Gateway sets `Content-Length` itself.',
  params: ObjectParams,
  query: z.object({ version_id: z.optional(Uuid) }),
  shape: 'raw',
  responds: { status: 200, body: RawAnswer },
  errors: ['OBJECT_NOT_FOUND', 'PRECONDITION_FAILED'],
  handle: ({ params, query, raw, caller }, { objects }) => {
    const { ifMatch, ifNoneMatch } = givenHeaders(raw);
    return objects.head(caller, params, { ifMatch, ifNoneMatch, versionId: query.version_id });
  },
});

const deleteObject = objectRoute({
  method: 'DELETE',
  path: '/storage/:bucket/*',
  permission: 'authenticated',
  takes: 'raw',
  idempotent: { exempt: 'a repeat finds that it is gone' },
  summary: 'Delete an object',
  description:
    'It can be restored for 7 days, with its versions, which take of the quota as long; with `permanent` it is cleared away within minutes. With `version_id` one older version is deleted for good.',
  params: ObjectParams,
  query: z.object({ version_id: z.optional(Uuid), permanent: z._default(IsTrue, false) }),
  responds: { status: 204, body: 'empty' },
  errors: ['OBJECT_NOT_FOUND', 'PRECONDITION_FAILED', 'CONFLICT'],
  handle: ({ params, query, raw, caller }, { objects }) => {
    const { ifMatch, ifNoneMatch } = givenHeaders(raw);
    const { version_id: versionId, permanent } = query;
    return objects.delete(caller, params, { ifMatch, ifNoneMatch, versionId, permanent });
  },
});

const listVersions = objectRoute({
  method: 'GET',
  path: '/storage-versions',
  permission: 'authenticated',
  summary: 'List the versions of an object, newest first',
  description:
    'Its present version and up to 10 before it; of a deleted object too, as long as it can be restored.',
  query: ObjectName,
  responds: { status: 200, body: z.array(ObjectVersion) },
  errors: ['OBJECT_NOT_FOUND'],
  handle: ({ query, caller }, { objects }) => objects.versions(caller, query),
});

const restoreVersion = objectRoute({
  method: 'POST',
  path: '/storage-versions/:id/restore',
  permission: 'authenticated',
  idempotent: { exempt: 'a repeat changes nothing' },
  summary: 'Make a version the present one again',
  description: 'Of a deleted object too, which is then there again.',
  params: z.object({ id: Uuid }),
  body: ObjectName,
  responds: { status: 200, body: StoredObject },
  errors: ['OBJECT_NOT_FOUND'],
  handle: ({ params, body, caller }, { objects }) => objects.restore(caller, body, params.id),
});

export const objectRoutes = [
  listBuckets,
  listBucket,
  putObject,
  getObject,
  headObject,
  deleteObject,
  listVersions,
  restoreVersion,
] as const;
