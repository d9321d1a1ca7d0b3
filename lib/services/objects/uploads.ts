import { CloudError, invalid, notFound } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import { PartsRefused } from './backend.ts';
import { createClear } from './clear.ts';
import type { ClearBytes, Due } from './clearing.ts';
import { createHeads, type Heads } from './heads.ts';
import { completedKey, uploadKey } from './keys.ts';
import {
  clockMarginMilliseconds,
  maxParts,
  maxPutBytes,
  signedMilliseconds,
  uploadMilliseconds,
  usualPartBytes,
} from './limits.ts';
import { fromNow, type ObjectsParts } from './parts.ts';
import { objectOf } from './record.ts';
import type { StoredObject } from './schema.ts';
import { createStaging, type Staging } from './staging.ts';
import {
  attributesOf,
  completedOf,
  partSizeOf,
  recordOf,
  type UploadRecord,
  uploadOf,
} from './upload-record.ts';
import type { CompleteUpload, CreateUpload, SignedParts, SignParts, Upload } from './upload-schema.ts';

const absent = () => notFound('upload');
const signedSeconds = signedMilliseconds / 1_000;
const mebibyte = 1_024 ** 2;

/** Of each part but the last: the usual size, or as much more as the largest number of parts asks for. */
const partBytesOf = (size: number): number =>
  Math.max(usualPartBytes, Math.ceil(size / maxParts / mebibyte) * mebibyte);

/** Uploads that go around the API, straight to where bytes are kept: their room is held from their creation on. */
export class Uploads {
  readonly #parts: ObjectsParts;
  readonly #heads: Heads;
  readonly #staging: Staging;

  constructor(parts: ObjectsParts) {
    this.#parts = parts;
    this.#heads = createHeads(parts);
    this.#staging = createStaging(parts);
  }

  /** @throws CloudError `RESOURCE_LIMIT_EXCEEDED` */
  async create(caller: Caller, wanted: CreateUpload): Promise<Upload> {
    const { signal, principal } = caller;
    const { tenant } = principal;
    const { size_bytes, multipart = size_bytes > usualPartBytes } = wanted;
    if (!multipart && size_bytes > maxPutBytes)
      throw invalid('multipart', `must be true above ${maxPutBytes} bytes`);
    const store = await this.#parts.blobs();
    const [id, blob] = [this.#parts.newId(), this.#parts.newId()];
    // Its name is not known before it is there, so one that is begun for nothing is the lifecycle rule's to end.
    const parts = multipart ? await store.beginParts({ tenant, id: blob }, signal) : undefined;
    const due = fromNow(this.#parts, uploadMilliseconds);
    const record: UploadRecord = {
      id,
      tenant,
      bucket: wanted.bucket,
      key: wanted.key,
      blob,
      size_bytes,
      content_type: wanted.content_type,
      parts,
      part_size_bytes: multipart ? partBytesOf(size_bytes) : undefined,
      created_at: fromNow(this.#parts),
      expires: due,
    };
    const held = { tenant, id: blob, reserved: size_bytes, upload: id, parts };
    await this.#staging.holdUntil(held, due, {
      extra: [{ put: { ...uploadKey(tenant, id), ...attributesOf(record) } }],
      signal,
    });
    const target = multipart
      ? undefined
      : await store.signPut({ tenant, id: blob }, size_bytes, signedSeconds);
    return { ...uploadOf(record), target };
  }

  /** @throws CloudError `NOT_FOUND` */
  async get(caller: Caller, id: string): Promise<Upload> {
    const { tenant } = caller.principal;
    const record = await this.#find(caller, id);
    if (record) return uploadOf(record);
    const completed = await this.#completed(caller, id);
    if (!completed) throw absent();
    return uploadOf(completedOf(completed, tenant));
  }

  /** @throws CloudError `NOT_FOUND`, `INVALID_INPUT` for a part that it does not have */
  async sign(caller: Caller, id: string, { part_numbers }: SignParts): Promise<SignedParts> {
    const record = await this.#get(caller, id);
    const { parts: upload, tenant, blob } = record;
    if (upload === undefined) throw invalid('part_numbers', 'this upload is not in parts');
    const sizes = part_numbers.map((number, index) => {
      const size = partSizeOf(record, number);
      if (size === undefined) throw invalid(`part_numbers.${index}`, 'the upload has fewer parts');
      return { number, size };
    });
    const store = await this.#parts.blobs();
    const expires_at = fromNow(this.#parts, signedMilliseconds);
    const parts = await Promise.all(
      sizes.map(async (part) => ({
        part_number: part.number,
        size_bytes: part.size,
        ...(await store.signPart({ tenant, id: blob }, upload, part, signedSeconds)),
      })),
    );
    return { parts, expires_at };
  }

  /**
   * Makes what was sent the object's new version. Asked again, it gives the same object.
   * @throws CloudError `NOT_FOUND`, `INVALID_INPUT` where what is there is not what was announced
   */
  async complete(caller: Caller, id: string, { parts }: CompleteUpload): Promise<StoredObject> {
    const { signal, principal } = caller;
    const { tenant } = principal;
    const record = await this.#find(caller, id);
    if (!record) {
      const completed = await this.#completed(caller, id);
      if (!completed) throw absent();
      return completedOf(completed, tenant).object;
    }
    const blob = { tenant, id: record.blob };
    const store = await this.#parts.blobs();
    if (record.parts !== undefined) {
      if (!parts) throw invalid('parts', 'is required: this upload is in parts');
      const inOrder = [...parts].sort((one, other) => one.part_number - other.part_number);
      try {
        await store.completeParts(blob, record.parts, inOrder, signal);
      } catch (error) {
        if (error instanceof PartsRefused) throw invalid('parts', error.message);
        throw error;
      }
    } else if (parts) throw invalid('parts', 'can not be given: this upload is not in parts');
    const facts = await store.facts(blob, signal);
    if (!facts) throw invalid('id', 'nothing was uploaded yet');
    if (facts.size !== record.size_bytes)
      throw invalid('id', `${facts.size} bytes were uploaded, and ${record.size_bytes} were announced`);
    return this.#commit(caller, record, facts.etag);
  }

  async #commit(caller: Caller, record: UploadRecord, etag: string): Promise<StoredObject> {
    const { tenant, bucket, key, id } = record;
    const { size_bytes, content_type } = record;
    const head = await this.#heads.commit(
      caller,
      { tenant, bucket, key },
      {
        due: dueOf(record),
        version: {
          id: record.blob,
          size_bytes,
          content_type,
          etag,
          created_at: fromNow(this.#parts),
          writable_until: fromNow(this.#parts, signedMilliseconds + clockMarginMilliseconds),
        },
      },
      {
        check: () => {},
        gone: absent,
        extra: (after) => [
          { delete: uploadKey(tenant, id) },
          {
            put: {
              ...completedKey(tenant, id),
              ...attributesOf(record),
              object: objectOf(after),
              expires_at: Math.ceil(Date.parse(record.expires) / 1_000),
            },
          },
        ],
      },
    );
    return objectOf(head);
  }

  /** Ends an upload that is not completed, and gives back its room. @throws CloudError `NOT_FOUND` */
  async abort(caller: Caller, id: string): Promise<void> {
    const record = await this.#get(caller, id);
    const cleared = await createClear(this.#parts, this.#heads)(dueOf(record), caller.signal);
    if (!cleared) throw absent();
  }

  async #find(caller: Caller, id: string): Promise<UploadRecord | undefined> {
    const { signal, principal } = caller;
    const key = uploadKey(principal.tenant, id);
    const item = await this.#parts.tables.get(key, { consistent: true, signal });
    return item && recordOf(item, principal.tenant);
  }

  async #get(caller: Caller, id: string): Promise<UploadRecord> {
    const record = await this.#find(caller, id);
    if (record) return record;
    if (await this.#completed(caller, id)) throw new CloudError('CONFLICT', 'the upload is completed');
    throw absent();
  }

  #completed({ signal, principal }: Caller, id: string) {
    return this.#parts.tables.get(completedKey(principal.tenant, id), { consistent: true, signal });
  }
}

/** Its clearing, as it was announced with it. */
const dueOf = ({ tenant, blob, size_bytes, id, parts, expires }: UploadRecord): Due<ClearBytes> => ({
  clearing: { what: 'bytes', tenant, id: blob, reserved: size_bytes, upload: id, parts },
  due: expires,
});
