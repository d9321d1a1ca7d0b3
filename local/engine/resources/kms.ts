import { localAccount, localRegion } from '../account.ts';
import type { Provider } from './provider.ts';

const place = { account: localAccount, region: localRegion };

/** `AWS::KMS::Key` */
export const kmsKey: Provider = ({ previous }, { kms }) => {
  if (previous) return previous;
  const { id, arn } = kms.createKey(place);
  return { ref: id, attributes: { Arn: arn, KeyId: id } };
};

/** `AWS::KMS::Alias` */
export const kmsAlias: Provider = ({ properties }, { kms }) => {
  const name = String(properties.AliasName);
  kms.setAlias(place, name, String(properties.TargetKeyId));
  return { ref: name, attributes: {} };
};
