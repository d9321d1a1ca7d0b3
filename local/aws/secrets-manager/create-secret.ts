import type { CreateSecretCommandInput, CreateSecretCommandOutput } from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../../../lib/platform/clock.ts';
import { type Action, AwsError } from '../stand-in.ts';
import { mustNotBeNull, validationError } from '../validation.ts';
import { addVersion } from './add-version.ts';
import { randomPassword } from './generate-secret-string.ts';
import type { SecretStore } from './store.ts';

type Output = Omit<CreateSecretCommandOutput, '$metadata'>;

const suffix = (): string => randomPassword({ PasswordLength: 6, ExcludePunctuation: true });

export const createSecret =
  (clock: Clock, store: SecretStore): Action<CreateSecretCommandInput, Output> =>
  (input, caller) => {
    const { Name, Description, SecretString, SecretBinary } = input;
    if (!Name) throw validationError(mustNotBeNull('name'));
    if (!/^[\w/+=.@-]{1,512}$/.test(Name))
      throw new AwsError(
        'ValidationException',
        'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
      );
    const existing = store.find(caller, Name);
    const repeated = existing && store.versions(existing).find(({ id }) => id === input.ClientRequestToken);
    if (existing?.deletedAt !== undefined)
      throw new AwsError(
        'InvalidRequestException',
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    if (existing && !repeated)
      throw new AwsError(
        'ResourceExistsException',
        `The operation failed because the secret ${Name} already exists.`,
      );
    const secret = existing ?? {
      arn: `arn:aws:secretsmanager:${caller.region}:${caller.account}:secret:${Name}-${suffix()}`,
      name: Name,
      description: Description,
      createdAt: clock.now(),
      deletedAt: undefined,
    };
    if (!existing) store.put(caller, secret);
    if (SecretString === undefined && SecretBinary === undefined) return { ARN: secret.arn, Name };
    const version = addVersion(store, secret, input, clock.now());
    return { ARN: secret.arn, Name, VersionId: version.id };
  };
