import type { DeleteSecretCommandInput, DeleteSecretCommandOutput } from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../../../lib/platform/clock.ts';
import { type Action, AwsError } from '../stand-in.ts';
import { mustNotBeNull, validationError } from '../validation.ts';
import { notFound, type SecretStore } from './store.ts';

type Output = Omit<DeleteSecretCommandOutput, '$metadata'>;

const dayMilliseconds = 86_400_000;
const defaultWindowDays = 30;

export const deleteSecret =
  (clock: Clock, store: SecretStore): Action<DeleteSecretCommandInput, Output> =>
  ({ SecretId, RecoveryWindowInDays, ForceDeleteWithoutRecovery }, caller) => {
    if (!SecretId) throw validationError(mustNotBeNull('secretId'));
    if (ForceDeleteWithoutRecovery && RecoveryWindowInDays !== undefined)
      throw new AwsError(
        'InvalidParameterException',
        "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
      );
    const days = RecoveryWindowInDays ?? defaultWindowDays;
    if (days < 7 || days > 30)
      throw new AwsError(
        'InvalidParameterException',
        'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
      );
    const secret = ForceDeleteWithoutRecovery ? store.find(caller, SecretId) : store.get(caller, SecretId);
    if (!secret) throw notFound();
    if (ForceDeleteWithoutRecovery) {
      store.remove(secret);
      return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(clock.now()) };
    }
    store.put(caller, { ...secret, deletedAt: clock.now() });
    return {
      ARN: secret.arn,
      Name: secret.name,
      DeletionDate: new Date(clock.now() + days * dayMilliseconds),
    };
  };
