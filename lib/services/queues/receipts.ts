import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a receipt handle stands for. */
export interface Receipt {
  /** The backend's own handle. */
  handle: string;
  /** Milliseconds since the epoch: until then the message is hidden from others. */
  until: number;
}

/** The queue that a handle is bound to, with the key that only its record holds. */
export interface SigningQueue {
  id: string;
  tenant: string;
  receipt_key: string;
}

/** Bytes: 128 bits can't be guessed, and keep the handle short. */
const signatureLength = 16;
const timeLength = 6;
const version = 1;

const sign = (queue: SigningQueue, payload: Buffer): Buffer =>
  createHmac('sha256', Buffer.from(queue.receipt_key, 'base64'))
    .update(`${queue.tenant}/${queue.id}/`)
    .update(payload)
    .digest()
    .subarray(0, signatureLength);

/**
 * A receipt handle of ours: the backend's with the time it ends, signed, in letters that a URL's path takes as they are.
 * An SQS handle of 400 characters becomes one of 570.
 */
export const receiptHandle = (queue: SigningQueue, { handle, until }: Receipt): string => {
  const head = Buffer.alloc(1 + timeLength);
  head.writeUInt8(version);
  head.writeUIntBE(until, 1, timeLength);
  const payload = Buffer.concat([head, Buffer.from(handle, 'utf8')]);
  return Buffer.concat([sign(queue, payload), payload]).toString('base64url');
};

/**
 * What a handle stands for, or `undefined` where it is not one that this queue gave, or its time is over. A message is given
 * out anew only after that time, so a handle that was replaced is always one whose time is over.
 * @param now milliseconds since the epoch
 */
export const openReceipt = (queue: SigningQueue, text: string, now: number): Receipt | undefined => {
  const bytes = Buffer.from(text, 'base64url');
  // A second spelling of the same bytes is none that was given out.
  if (bytes.length <= signatureLength + 1 + timeLength || bytes.toString('base64url') !== text)
    return undefined;
  const payload = bytes.subarray(signatureLength);
  if (!timingSafeEqual(bytes.subarray(0, signatureLength), sign(queue, payload))) return undefined;
  const until = payload.readUIntBE(1, timeLength);
  if (payload.readUInt8() !== version || until <= now) return undefined;
  return { handle: payload.subarray(1 + timeLength).toString('utf8'), until };
};
