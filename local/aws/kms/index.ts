import type { Caller, StandIn, StandInContext } from '../stand-in.ts';
import { decrypt } from './decrypt.ts';
import { encrypt } from './encrypt.ts';
import { generateDataKey } from './generate-data-key.ts';
import { Keys } from './keys.ts';

type Place = Pick<Caller, 'account' | 'region'>;

export interface KmsControls {
  /** A new symmetric key, as `AWS::KMS::Key` makes one. */
  createKey(place: Place): { id: string; arn: string };
  /** At once, where AWS would wait. */
  deleteKey(place: Place, id: string): void;
  /** @param name with `alias/` before it @throws AwsError NotFoundException */
  setAlias(place: Place, name: string, keyId: string): void;
}

/** KMS with symmetric keys: real AES-256-GCM, the key's ARN in the blob, the encryption context authenticated. */
export const createKms = ({
  database,
}: Pick<StandInContext, 'database'>): StandIn & { controls: KmsControls } => {
  const keys = new Keys(database);
  return {
    client: 'KMSClient',
    actions: {
      EncryptCommand: encrypt(keys),
      DecryptCommand: decrypt(keys),
      GenerateDataKeyCommand: generateDataKey(keys),
    },
    controls: {
      createKey: (place) => {
        const { id, arn } = keys.create(place);
        return { id, arn };
      },
      deleteKey: (place, id) => keys.delete(place, id),
      setAlias: (place, name, keyId) => keys.setAlias(place, name, keyId),
    },
  };
};
