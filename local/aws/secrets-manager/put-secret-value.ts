import type {
  PutSecretValueCommandInput,
  PutSecretValueCommandOutput,
} from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../../../lib/platform/clock.ts';
import type { Action } from '../stand-in.ts';
import { mustNotBeNull, validationError } from '../validation.ts';
import { addVersion } from './add-version.ts';
import type { SecretStore } from './store.ts';

type Output = Omit<PutSecretValueCommandOutput, '$metadata'>;

export const putSecretValue =
  (clock: Clock, store: SecretStore): Action<PutSecretValueCommandInput, Output> =>
  (input, caller) => {
    if (!input.SecretId) throw validationError(mustNotBeNull('secretId'));
    const secret = store.get(caller, input.SecretId);
    const version = addVersion(store, secret, input, clock.now(), input.VersionStages);
    return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: version.stages };
  };
