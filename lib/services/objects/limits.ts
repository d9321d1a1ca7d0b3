import { maxInBandBytes } from '../../platform/http/body.ts';

/** Of a request's body, and the way that a larger one takes. */
export const inBand = {
  bytes: maxInBandBytes,
  advice: 'a larger object goes by signed URLs: POST /storage-uploads',
};

/** Bytes of one object, and of one PUT, as Amazon S3 takes them.
 *  https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const maxObjectBytes = 5 * 1024 ** 4;
export const maxPutBytes = 5 * 1024 ** 3;
export const maxParts = 10_000;
/** Of every part but the last; Amazon S3 asks for 5 MiB at least. */
export const usualPartBytes = 8 * 1024 ** 2;

/** Bytes that are copied in one request, which ends after 28 s: Amazon S3 copies some hundred MiB a second, and takes 5 GiB at once. */
export const maxCopyBytes = 1024 ** 3;

/** Versions that an object keeps beside its present one; an upload beyond them lets the oldest go. */
export const keptVersions = 10;

/** Bytes of a list's JSON, beyond which it ends and says where to go on: Lambda answers with 6 MB at most. */
export const maxListBytes = 4_000_000;

const minute = 60_000;
export const hourMilliseconds = 60 * minute;
export const dayMilliseconds = 24 * hourMilliseconds;

/** How long a deleted object can be restored. */
export const recoveryMilliseconds = 7 * dayMilliseconds;
/** How long an upload may take from its creation to its completion. */
export const uploadMilliseconds = dayMilliseconds;
/** How long a signed URL holds. Never longer than the credentials that signed it: Lambda's last some hours. */
export const signedMilliseconds = hourMilliseconds;
/** After which an upload in band that never ended is cleared away: far beyond any request's time. */
export const stagedMilliseconds = 10 * minute;
/** Added where a clock of Amazon S3 and ours must not disagree. */
export const clockMarginMilliseconds = 5 * minute;
