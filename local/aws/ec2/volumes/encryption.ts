import { AwsError } from '../../stand-in.ts';
import type { Call } from '../engine/call.ts';

/** @throws InvalidParameterDependency for a key without encryption */
export const checkEncryption = (encrypted: boolean | undefined, kmsKeyId: string | undefined): void => {
  if (kmsKeyId !== undefined && encrypted !== true)
    throw new AwsError(
      'InvalidParameterDependency',
      'The parameter KmsKeyId requires the parameter Encrypted to be set.',
    );
};

/** The key of an encrypted volume that names none. */
export const defaultKmsKey = ({ region, account }: Call['caller']): string =>
  `arn:aws:kms:${region}:${account}:alias/aws/ebs`;
