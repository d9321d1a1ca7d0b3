import type { Action } from '../stand-in.ts';
import { mustNotBeNull, mustSatisfy, validationError } from '../validation.ts';
import { seal } from './blob.ts';
import type { Keys } from './keys.ts';
import type { EncryptInput, EncryptOutput } from './types.ts';

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html */
const maxBytes = 4096;

export const encrypt =
  (keys: Keys): Action<EncryptInput, EncryptOutput> =>
  ({ KeyId, Plaintext, EncryptionContext = {} }, caller) => {
    if (!KeyId) throw validationError(mustNotBeNull('keyId'));
    if (!Plaintext) throw validationError(mustNotBeNull('plaintext'));
    if (Plaintext.length < 1 || Plaintext.length > maxBytes)
      throw validationError(
        mustSatisfy('plaintext', '*** Sensitive Data Redacted ***', `have length between 1 and ${maxBytes}`),
      );
    const key = keys.get(caller, KeyId);
    return {
      CiphertextBlob: seal(key.arn, key.material, Plaintext, EncryptionContext),
      KeyId: key.arn,
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    };
  };
