import { DecryptCommand, GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import { CloudError } from '../../platform/errors/index.ts';
import type { DataKeys, KeyContext } from './backend.ts';

/** Authenticated by KMS, in the clear in AWS CloudTrail: ids alone. The key's policy asks for these three. */
const encryptionContext = ({ tenant, secret, version }: KeyContext): Record<string, string> => ({
  tenant,
  secret,
  version: String(version),
});

/** What no repeat cures: the stored key is another secret's, or was changed. */
const isForeign = ({ name }: Error): boolean =>
  name === 'InvalidCiphertextException' || name === 'IncorrectKeyException';

const unavailable = (cause: unknown): CloudError =>
  new CloudError('UNAVAILABLE', 'secrets are not available at the moment', {
    internal: 'the key of secrets could not be used',
    retryAfterSeconds: 1,
    cause,
  });

/** Data keys of AWS KMS, under one symmetric key. */
export const createKmsDataKeys = (client: KMSClient, keyArn: string): DataKeys => ({
  async generate(context, signal) {
    const command = new GenerateDataKeyCommand({
      KeyId: keyArn,
      KeySpec: 'AES_256',
      EncryptionContext: encryptionContext(context),
    });
    const { Plaintext, CiphertextBlob } = await client
      .send(command, { abortSignal: signal })
      .catch((error: unknown) => {
        throw unavailable(error);
      });
    if (!Plaintext || !CiphertextBlob) throw new Error('KMS gave no data key');
    return { plaintext: Plaintext, wrapped: Buffer.from(CiphertextBlob).toString('base64') };
  },

  async unwrap(wrapped, context, signal) {
    const command = new DecryptCommand({
      KeyId: keyArn,
      CiphertextBlob: Buffer.from(wrapped, 'base64'),
      EncryptionContext: encryptionContext(context),
    });
    const { Plaintext } = await client.send(command, { abortSignal: signal }).catch((error: Error) => {
      throw isForeign(error) ? error : unavailable(error);
    });
    if (!Plaintext) throw new Error('KMS gave no key');
    return Plaintext;
  },
});
