import { CloudError, invalid } from '../../platform/errors/index.ts';
import { maxInBandBytes } from '../../platform/http/body.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { RawAnswer } from '../../platform/http/raw.ts';
import type { Listed } from '../../platform/http/route.ts';
import { timeOf } from '../../platform/ids.ts';
import type { Blob, BlobFacts, BlobStore } from './backend.ts';
import { createBucketList } from './buckets.ts';
import { typeOf } from './content-type.ts';
import type { CopySource } from './copy-source.ts';
import { dispositionOf } from './disposition.ts';
import { absent, createHeads, type Heads } from './heads.ts';
import { maxCopyBytes, signedMilliseconds, stagedMilliseconds } from './limits.ts';
import { type BucketQuery, createListing } from './listing.ts';
import { fromNow, type ObjectsParts } from './parts.ts';
import { checkChange, isUnchanged, type Preconditions } from './preconditions.ts';
import { rangeOf } from './range.ts';
import { type Head, objectOf, type Place, shownVersion, type Version } from './record.ts';
import type { Bucket, BucketEntry, ObjectName, ObjectVersion, StoredObject } from './schema.ts';
import { createStaging, type Staging } from './staging.ts';

export { createClear } from './clear.ts';
export { createClearer } from './clearer.ts';
export { createHeads } from './heads.ts';
export { createRoom } from './room.ts';
export { Uploads } from './uploads.ts';

export interface Upload extends Preconditions {
  bytes: Buffer;
  /** As it was sent. */
  contentType?: string;
}

export interface Download extends Preconditions {
  range?: string;
  versionId?: string;
}

export const placeOf = ({ principal: { tenant } }: Caller, { bucket, key }: ObjectName): Place => ({
  tenant,
  bucket,
  key,
});

const headersOf = (blob: Blob, etag: string, contentDisposition: string) => ({
  ETag: etag,
  'Last-Modified': new Date(timeOf(blob.id)).toUTCString(),
  'Accept-Ranges': 'bytes',
  'Content-Disposition': contentDisposition,
  'Cache-Control': 'private, no-cache',
  'X-Version-Id': blob.id,
});

/** The upload took longer than any request may: its bytes are being cleared away. */
const tookTooLong = () => new CloudError('UNAVAILABLE', 'the upload took too long', { retryAfterSeconds: 1 });

/** Objects of a tenant: what is stored, listed and read in band. */
export class Objects {
  readonly #parts: ObjectsParts;
  readonly #heads: Heads;
  readonly #staging: Staging;
  readonly #list: ReturnType<typeof createListing>;
  readonly #buckets: ReturnType<typeof createBucketList>;

  constructor(parts: ObjectsParts) {
    this.#parts = parts;
    this.#heads = createHeads(parts);
    this.#staging = createStaging(parts);
    this.#list = createListing(parts);
    this.#buckets = createBucketList(parts);
  }

  /**
   * Stores bytes as the object's new version. They lie in their place before anything says that they do; what a failure
   * or a late refusal leaves is cleared away minutes later, and its room is held until then.
   * @throws CloudError `PRECONDITION_FAILED`, `RESOURCE_LIMIT_EXCEEDED`
   */
  async put(caller: Caller, name: ObjectName, upload: Upload): Promise<StoredObject> {
    const size_bytes = upload.bytes.length;
    const content_type = typeOf(upload.contentType, caller.userAgent);
    return this.#store(caller, name, upload, { size_bytes, content_type }, (store, blob) =>
      store.put(blob, upload.bytes, caller.signal),
    );
  }

  /**
   * Stores the bytes of another object, or of one of its versions, with its type.
   * @throws CloudError `OBJECT_NOT_FOUND`, `PRECONDITION_FAILED`, `RESOURCE_LIMIT_EXCEEDED`, `OBJECT_TOO_LARGE`
   */
  async copy(
    caller: Caller,
    name: ObjectName,
    source: CopySource,
    preconditions: Preconditions,
  ): Promise<StoredObject> {
    const { blob: from, version } = await this.#find(caller, source.name, source.versionId);
    const { size_bytes, content_type } = version;
    if (size_bytes > maxCopyBytes)
      throw new CloudError(
        'OBJECT_TOO_LARGE',
        `objects of up to ${maxCopyBytes} bytes are copied; download a larger one and upload it`,
      );
    return this.#store(caller, name, preconditions, { size_bytes, content_type }, async (store, blob) => {
      const copied = await store.copy(from, blob, caller.signal);
      // Cleared away since it was found.
      if (!copied) throw absent();
      return copied;
    });
  }

  async #store(
    caller: Caller,
    name: ObjectName,
    preconditions: Preconditions,
    content: Pick<Version, 'size_bytes' | 'content_type'>,
    write: (store: BlobStore, blob: Blob) => Promise<Pick<BlobFacts, 'etag'>>,
  ): Promise<StoredObject> {
    const { signal, principal } = caller;
    const { tenant } = principal;
    const place = placeOf(caller, name);
    const check = (head: Head | undefined) => checkChange(preconditions, head?.etag);
    if (preconditions.ifMatch !== undefined || preconditions.ifNoneMatch !== undefined) {
      const head = await this.#heads.read(place, signal);
      check(head?.deleted_at ? undefined : head);
    }
    const id = this.#parts.newId();
    const held = { tenant, id, reserved: content.size_bytes };
    const due = await this.#staging.hold(held, stagedMilliseconds, { signal });
    const { etag } = await write(await this.#parts.blobs(), { tenant, id });
    const version: Version = { id, ...content, etag, created_at: fromNow(this.#parts) };
    const head = await this.#heads.commit(caller, place, { due, version }, { check, gone: tookTooLong });
    return objectOf(head);
  }

  /**
   * The bytes, or a part of them; what is larger than an answer can be is sent on to where the bytes lie.
   * @throws CloudError `OBJECT_NOT_FOUND`, `PRECONDITION_FAILED`, `RANGE_NOT_SATISFIABLE`
   */
  async read(caller: Caller, name: ObjectName, wanted: Download): Promise<RawAnswer> {
    const { signal } = caller;
    const { blob, version } = await this.#find(caller, name, wanted.versionId);
    const contentDisposition = dispositionOf(name.key);
    const { etag, size_bytes, content_type: contentType } = version;
    const headers = headersOf(blob, etag, contentDisposition);
    if (isUnchanged(wanted, etag)) return { status: 304, contentType, headers, body: '' };
    const range = rangeOf(wanted.range, size_bytes);
    const length = range ? range.last - range.first + 1 : size_bytes;
    const store = await this.#parts.blobs();
    if (length > maxInBandBytes) {
      const dressing = { contentType, contentDisposition };
      const url = await store.signGet(blob, dressing, signedMilliseconds / 1_000);
      return { status: 307, contentType, headers: { ...headers, Location: url }, body: '' };
    }
    const bytes = length === 0 ? new Uint8Array() : await store.read(blob, range, signal);
    const part = range && { 'Content-Range': `bytes ${range.first}-${range.last}/${size_bytes}` };
    return {
      ...(range && { status: 206 }),
      contentType,
      headers: { ...headers, ...part, 'Content-Length': String(bytes.length) },
      body: Buffer.from(bytes).toString('base64'),
      isBase64Encoded: true,
    };
  }

  /**
   * What a download would say, without its bytes. One that would be sent on says it as well: a signed URL takes no HEAD.
   * @throws CloudError `OBJECT_NOT_FOUND`, `PRECONDITION_FAILED`
   */
  async head(caller: Caller, name: ObjectName, wanted: Omit<Download, 'range'>): Promise<RawAnswer> {
    const { blob, version } = await this.#find(caller, name, wanted.versionId);
    const { etag, size_bytes, content_type: contentType } = version;
    const headers = headersOf(blob, etag, dispositionOf(name.key));
    if (isUnchanged(wanted, etag)) return { status: 304, contentType, headers, body: '' };
    const size = String(size_bytes);
    return { contentType, headers: { ...headers, 'Content-Length': size, 'X-Object-Size': size }, body: '' };
  }

  /** A URL that anybody may download from until it ends. @throws CloudError `OBJECT_NOT_FOUND` */
  async sign(
    caller: Caller,
    { expires_in, version_id, ...name }: ObjectName & { expires_in: number; version_id?: string },
  ): Promise<{ url: string; expires_at: string }> {
    const { blob, version } = await this.#find(caller, name, version_id);
    const store = await this.#parts.blobs();
    const expires_at = fromNow(this.#parts, expires_in * 1_000);
    const dressing = {
      contentType: version.content_type,
      contentDisposition: dispositionOf(name.key),
    };
    const url = await store.signGet(blob, dressing, expires_in);
    return { url, expires_at };
  }

  async #find(caller: Caller, name: ObjectName, versionId: string | undefined) {
    const place = placeOf(caller, name);
    const { tenant } = place;
    if (versionId === undefined) {
      const head = await this.#heads.get(place, caller.signal);
      return { blob: { tenant, id: head.version_id }, version: head };
    }
    const head = await this.#heads.getWhole(place, caller.signal);
    const version = await this.#heads.getVersion(head, versionId, caller.signal);
    return { blob: { tenant, id: version.id }, version };
  }

  buckets(caller: Caller, list: ListRequest): Promise<Listed<Bucket[]>> {
    return this.#buckets(caller, list);
  }

  list(
    caller: Caller,
    bucket: string,
    query: BucketQuery,
    list: ListRequest,
  ): Promise<Listed<BucketEntry[]>> {
    return this.#list(caller, bucket, query, list);
  }

  /**
   * Deletes an object, or one version of it for good.
   * @throws CloudError `OBJECT_NOT_FOUND`, `PRECONDITION_FAILED`, `CONFLICT` for the present version
   */
  async delete(
    caller: Caller,
    name: ObjectName,
    wanted: Preconditions & { versionId?: string; permanent: boolean },
  ): Promise<void> {
    const place = placeOf(caller, name);
    if (wanted.versionId === undefined) {
      const check = (head: Head) => checkChange(wanted, head.etag);
      return this.#heads.remove(caller, place, { permanent: wanted.permanent, check });
    }
    if (wanted.permanent) throw invalid('permanent', 'can not be given with version_id, which is for good');
    return this.#heads.removeVersion(
      caller,
      place,
      wanted.versionId,
      () =>
        new CloudError(
          'CONFLICT',
          'this is the present version: delete the object, or restore another version first',
        ),
    );
  }

  /** Every version that is kept, newest first; of a deleted object too. @throws CloudError `OBJECT_NOT_FOUND` */
  async versions(caller: Caller, name: ObjectName): Promise<ObjectVersion[]> {
    const head = await this.#heads.getWhole(placeOf(caller, name), caller.signal);
    const versions = await this.#heads.versions(head, caller.signal);
    return versions.map((version) => shownVersion(head, version));
  }

  /** @throws CloudError `OBJECT_NOT_FOUND` */
  async restore(caller: Caller, name: ObjectName, versionId: string): Promise<StoredObject> {
    return objectOf(await this.#heads.restore(caller, placeOf(caller, name), versionId));
  }
}
