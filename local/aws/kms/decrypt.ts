import { type Action, AwsError } from '../stand-in.ts';
import { mustNotBeNull, validationError } from '../validation.ts';
import { keyArnOfBlob, open } from './blob.ts';
import type { Keys } from './keys.ts';
import type { DecryptInput, DecryptOutput } from './types.ts';

export const decrypt =
  (keys: Keys): Action<DecryptInput, DecryptOutput> =>
  ({ CiphertextBlob, KeyId, EncryptionContext = {} }, caller) => {
    if (!CiphertextBlob) throw validationError(mustNotBeNull('ciphertextBlob'));
    const sealedWith = keyArnOfBlob(CiphertextBlob);
    if (!sealedWith) throw new AwsError('InvalidCiphertextException', '');
    if (KeyId && keys.get(caller, KeyId).arn !== sealedWith)
      throw new AwsError(
        'IncorrectKeyException',
        'The key ID in the request does not identify a CMK that can perform this operation.',
      );
    const key = keys.get(caller, sealedWith);
    return {
      Plaintext: open(key.arn, key.material, CiphertextBlob, EncryptionContext),
      KeyId: key.arn,
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    };
  };
