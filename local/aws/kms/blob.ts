import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AwsError } from '../stand-in.ts';

const version = 1;
const nonceBytes = 12;
const tagBytes = 16;

/** The encryption context is authenticated, not encrypted; the order of its pairs means nothing. */
const authenticated = (keyArn: string, context: Readonly<Record<string, string>>): Buffer =>
  Buffer.from(JSON.stringify([keyArn, Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))]));

/** AES-256-GCM: version, length of the key's ARN, ARN, nonce, tag, ciphertext. */
export const seal = (
  keyArn: string,
  key: Uint8Array,
  plaintext: Uint8Array,
  context: Readonly<Record<string, string>>,
): Uint8Array => {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(authenticated(keyArn, context));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const arn = Buffer.from(keyArn);
  return new Uint8Array(
    Buffer.concat([Buffer.from([version, arn.length]), arn, nonce, cipher.getAuthTag(), ciphertext]),
  );
};

/** The ARN of the key that sealed a blob; undefined for what is no blob of ours. */
export const keyArnOfBlob = (blob: Uint8Array): string | undefined => {
  const arn = Buffer.from(blob.subarray(2, 2 + (blob[1] ?? 0))).toString();
  return blob[0] === version && arn.startsWith('arn:') ? arn : undefined;
};

/** @throws AwsError InvalidCiphertextException where the blob, the key or the context is not the one it was made with */
export const open = (
  keyArn: string,
  key: Uint8Array,
  blob: Uint8Array,
  context: Readonly<Record<string, string>>,
): Uint8Array => {
  const body = Buffer.from(blob).subarray(2 + Buffer.byteLength(keyArn));
  const invalid = () => new AwsError('InvalidCiphertextException', '');
  if (body.length < nonceBytes + tagBytes) throw invalid();
  const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
    .setAAD(authenticated(keyArn, context))
    .setAuthTag(body.subarray(nonceBytes, nonceBytes + tagBytes));
  const opened = decipher.update(body.subarray(nonceBytes + tagBytes));
  try {
    return new Uint8Array(Buffer.concat([opened, decipher.final()]));
  } catch (error) {
    throw Object.assign(invalid(), { cause: error });
  }
};
