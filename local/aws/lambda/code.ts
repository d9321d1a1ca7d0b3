import { createHash } from 'node:crypto';
import { AwsError } from '../stand-in.ts';
import type { LambdaEngine } from './engine.ts';
import { invalidParameter } from './rules.ts';
import type { LambdaRecord } from './store.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maxZipBytes = 250 * 1024 * 1024;

const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b;

/** The archive of a request: as it is, or from S3. @throws AwsError as Lambda */
export const codeOf = async (
  { ZipFile, S3Bucket, S3Key }: { ZipFile?: Uint8Array; S3Bucket?: string; S3Key?: string },
  { readObject }: LambdaEngine,
): Promise<Uint8Array> => {
  if (!ZipFile && !(S3Bucket && S3Key)) throw invalidParameter('Please provide a source for function code.');
  const bytes = ZipFile ?? (await readObject(S3Bucket as string, S3Key as string));
  if (!bytes)
    throw invalidParameter(
      'Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.',
    );
  if (!isZip(bytes))
    throw invalidParameter(
      'Could not unzip uploaded file. Please check your file, then try to upload again.',
    );
  if (bytes.length > maxZipBytes)
    throw new AwsError('RequestEntityTooLargeException', 'Request must be smaller than 262144000 bytes', 413);
  return bytes;
};

export const codeFacts = (bytes: Uint8Array): Pick<LambdaRecord, 'codeSha256' | 'codeSize'> => ({
  codeSha256: createHash('sha256').update(bytes).digest('base64'),
  codeSize: bytes.length,
});
