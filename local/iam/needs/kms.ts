import { keyArnOfBlob } from '../../aws/kms/blob.ts';
import type { Need, Place } from '../request.ts';
import { type ServiceNeeds, toArn } from './call-needs.ts';

interface CryptoInput {
  KeyId?: string;
  CiphertextBlob?: Uint8Array;
  EncryptionContext?: Record<string, string>;
}

const keyArn = (id: string, place: Place): string =>
  toArn('kms', place, id, id.startsWith('alias/') ? '' : 'key/');

const onKey =
  (action: string) =>
  ({ KeyId, CiphertextBlob, EncryptionContext = {} }: CryptoInput, place: Place): Need[] => {
    const key = KeyId ?? (CiphertextBlob && keyArnOfBlob(CiphertextBlob));
    const pairs = Object.entries(EncryptionContext);
    return [
      {
        action: `kms:${action}`,
        resources: [key ? keyArn(key, place) : '*'],
        context: {
          ...(pairs.length > 0 && { 'kms:encryptioncontextkeys': pairs.map(([name]) => name) }),
          ...Object.fromEntries(
            pairs.map(([name, value]) => [`kms:encryptioncontext:${name.toLowerCase()}`, value]),
          ),
        },
      },
    ];
  };

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html */
export const kms: ServiceNeeds = Object.fromEntries(
  ['Encrypt', 'Decrypt', 'GenerateDataKey', 'DescribeKey'].map((action) => [action, onKey(action)]),
);
