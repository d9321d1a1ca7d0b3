import { randomBytes } from 'node:crypto';
import type { Action } from '../stand-in.ts';
import { mustNotBeNull, mustSatisfy, validationError } from '../validation.ts';
import { seal } from './blob.ts';
import type { Keys } from './keys.ts';
import type { GenerateDataKeyInput, GenerateDataKeyOutput } from './types.ts';

const bytesOf = { AES_256: 32, AES_128: 16 } as const;
const maxBytes = 1024;

export const generateDataKey =
  (keys: Keys): Action<GenerateDataKeyInput, GenerateDataKeyOutput> =>
  ({ KeyId, KeySpec, NumberOfBytes, EncryptionContext = {} }, caller) => {
    if (!KeyId) throw validationError(mustNotBeNull('keyId'));
    if ((KeySpec === undefined) === (NumberOfBytes === undefined))
      throw validationError('Please specify either number of bytes or key spec.');
    const bytes = KeySpec ? bytesOf[KeySpec] : (NumberOfBytes as number);
    if (!(bytes >= 1 && bytes <= maxBytes))
      throw validationError(
        mustSatisfy('numberOfBytes', NumberOfBytes ?? KeySpec, `have value between 1 and ${maxBytes}`),
      );
    const key = keys.get(caller, KeyId);
    const plaintext = new Uint8Array(randomBytes(bytes));
    return {
      CiphertextBlob: seal(key.arn, key.material, plaintext, EncryptionContext),
      Plaintext: plaintext,
      KeyId: key.arn,
    };
  };
