import { CopyObjectCommand, DeleteObjectsCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { CodeRef, CodeStore } from '../backend.ts';
import { codeOf, lambdaFailure } from './failures.ts';

/** Hashes are base64, which has `/`. */
const hexOf = (sha256: string): string => Buffer.from(sha256, 'base64').toString('hex');

/** Where an archive lies once a function is made of it. */
export const keptKey = ({ tenant, functionId, sha256 }: CodeRef): string =>
  `code/${tenant}/${functionId}/${hexOf(sha256)}.zip`;

/** Where it is put first. What is below `incoming/` expires: an upload whose request came to nothing goes by itself. */
export const incomingKey = ({ tenant, functionId, sha256 }: CodeRef): string =>
  `incoming/${tenant}/${functionId}/${hexOf(sha256)}.zip`;

/** Without the right to list a bucket, S3 denies what is not there. */
const isAbsent = (error: unknown): boolean =>
  ['NoSuchKey', 'NotFound', 'AccessDenied', 'Forbidden'].includes(codeOf(error));

/** Archives on S3, as requests put them. */
export const createS3CodeStore = (s3: S3Client, bucket: string): CodeStore => ({
  async putIncoming(ref, bytes, signal) {
    const command = new PutObjectCommand({
      Bucket: bucket,
      Key: incomingKey(ref),
      Body: bytes,
      ContentType: 'application/zip',
    });
    await s3.send(command, { abortSignal: signal });
  },
});

/**
 * Keeps an archive for good. Where it is no longer among the incoming ones it was kept before, or is lost, which shows when a
 * function is to be made of it.
 */
export const keepCode = async (
  s3: S3Client,
  bucket: string,
  ref: CodeRef,
  signal: AbortSignal,
): Promise<void> => {
  const command = new CopyObjectCommand({
    Bucket: bucket,
    Key: keptKey(ref),
    CopySource: `${bucket}/${incomingKey(ref)}`,
  });
  try {
    await s3.send(command, { abortSignal: signal });
  } catch (error) {
    if (!isAbsent(error)) throw lambdaFailure(error);
  }
};

/** Deletes archives, wherever they lie. Those of one function at most: far fewer than the thousand of one call. */
export const deleteCodes = async (
  s3: S3Client,
  bucket: string,
  refs: readonly CodeRef[],
  signal: AbortSignal,
): Promise<void> => {
  if (refs.length === 0) return;
  const Objects = refs.flatMap((ref) => [{ Key: keptKey(ref) }, { Key: incomingKey(ref) }]);
  const command = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } });
  try {
    const { Errors = [] } = await s3.send(command, { abortSignal: signal });
    const [failed] = Errors;
    if (failed) throw Object.assign(new Error(failed.Message), { name: failed.Code ?? 'Unknown' });
  } catch (error) {
    throw lambdaFailure(error);
  }
};
