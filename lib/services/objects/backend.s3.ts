import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { type Blob, type BlobStore, PartsRefused } from './backend.ts';

export interface S3BlobStoreOptions {
  s3: S3Client;
  bucket: string;
}

/** Errors by which Amazon S3 says that the parts are not those that it has. */
const refusals: ReadonlySet<string> = new Set(['InvalidPart', 'InvalidPartOrder', 'EntityTooSmall']);

const nameOf = (error: unknown): string => (error as { name?: string } | undefined)?.name ?? '';

/** A HEAD has no body, so its error has no code but the status. */
const isAbsent = (error: unknown): boolean =>
  ['NotFound', 'NoSuchKey'].includes(nameOf(error)) ||
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 404;

/**
 * The BlobStore port on Amazon S3. The key of a version's bytes is made of ids alone: nothing that a tenant writes is part of it, so
 * no spelling of a name leads anywhere else.
 */
export const createS3BlobStore = ({ s3, bucket: Bucket }: S3BlobStoreOptions): BlobStore => {
  const at = ({ tenant, id }: Blob) => ({ Bucket, Key: `${tenant}/${id}` });

  const abort: BlobStore['abortParts'] = async (blob, UploadId, signal) => {
    try {
      await s3.send(new AbortMultipartUploadCommand({ ...at(blob), UploadId }), { abortSignal: signal });
    } catch (error) {
      if (nameOf(error) !== 'NoSuchUpload') throw error;
    }
  };

  return {
    async put(blob, body, signal) {
      const command = new PutObjectCommand({
        ...at(blob),
        Body: body,
        ContentLength: body.length,
        // Amazon S3 refuses what has changed on its way.
        ContentMD5: createHash('md5').update(body).digest('base64'),
      });
      const { ETag } = await s3.send(command, { abortSignal: signal });
      return { size: body.length, etag: ETag as string };
    },

    async copy(from, to, signal) {
      const { Key } = at(from);
      const command = new CopyObjectCommand({ ...at(to), CopySource: `${Bucket}/${Key}` });
      try {
        const { CopyObjectResult } = await s3.send(command, { abortSignal: signal });
        return { etag: CopyObjectResult?.ETag as string };
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw error;
      }
    },

    async read(blob, range, signal) {
      const Range = range && `bytes=${range.first}-${range.last}`;
      const { Body } = await s3.send(new GetObjectCommand({ ...at(blob), Range }), { abortSignal: signal });
      if (!Body) throw new Error(`Amazon S3 gave no bytes of ${blob.id}`);
      return Body.transformToByteArray();
    },

    async facts(blob, signal) {
      try {
        const { ContentLength = 0, ETag } = await s3.send(new HeadObjectCommand(at(blob)), {
          abortSignal: signal,
        });
        return { size: ContentLength, etag: ETag as string };
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw error;
      }
    },

    async delete(blob, signal) {
      await s3.send(new DeleteObjectCommand(at(blob)), { abortSignal: signal });
    },

    async beginParts(blob, signal) {
      const command = new CreateMultipartUploadCommand(at(blob));
      const { UploadId } = await s3.send(command, { abortSignal: signal });
      return UploadId as string;
    },

    async completeParts(blob, UploadId, parts, signal) {
      const Parts = parts.map(({ part_number, etag }) => ({ PartNumber: part_number, ETag: etag }));
      const command = new CompleteMultipartUploadCommand({
        ...at(blob),
        UploadId,
        MultipartUpload: { Parts },
      });
      try {
        await s3.send(command, { abortSignal: signal });
      } catch (error) {
        // Put together before, by a request whose answer was lost: what is there says whether it was.
        if (nameOf(error) === 'NoSuchUpload') return;
        if (refusals.has(nameOf(error))) throw new PartsRefused((error as Error).message);
        throw error;
      }
    },

    abortParts: abort,

    async signPut(blob, size, seconds) {
      const command = new PutObjectCommand({ ...at(blob), ContentLength: size, IfNoneMatch: '*' });
      const url = await getSignedUrl(s3, command, { expiresIn: seconds });
      return { url, headers: { 'content-length': String(size), 'if-none-match': '*' } };
    },

    async signPart(blob, UploadId, { number, size }, seconds) {
      const part = { ...at(blob), UploadId, PartNumber: number, ContentLength: size };
      const url = await getSignedUrl(s3, new UploadPartCommand(part), { expiresIn: seconds });
      return { url, headers: { 'content-length': String(size) } };
    },

    signGet(blob, { contentType, contentDisposition }, seconds) {
      const command = new GetObjectCommand({
        ...at(blob),
        ResponseContentType: contentType,
        ResponseContentDisposition: contentDisposition,
      });
      return getSignedUrl(s3, command, { expiresIn: seconds });
    },
  };
};
