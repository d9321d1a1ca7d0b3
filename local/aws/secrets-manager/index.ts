import type { StandIn, StandInContext } from '../stand-in.ts';
import { createSecret } from './create-secret.ts';
import { deleteSecret } from './delete-secret.ts';
import { describeSecret } from './describe-secret.ts';
import { type GenerateSecretString, randomPassword } from './generate-secret-string.ts';
import { getSecretValue } from './get-secret-value.ts';
import { putSecretValue } from './put-secret-value.ts';
import { SecretStore } from './store.ts';

export { generateSecretString } from './generate-secret-string.ts';

/** Secrets Manager, without rotation and replicas. */
export const createSecretsManager = ({
  timers,
  database,
}: Pick<StandInContext, 'timers' | 'database'>): StandIn => {
  const store = new SecretStore(database);
  return {
    client: 'SecretsManagerClient',
    actions: {
      CreateSecretCommand: createSecret(timers, store),
      GetSecretValueCommand: getSecretValue(store),
      PutSecretValueCommand: putSecretValue(timers, store),
      DeleteSecretCommand: deleteSecret(timers, store),
      DescribeSecretCommand: describeSecret(store),
      GetRandomPasswordCommand: (input: GenerateSecretString) => ({ RandomPassword: randomPassword(input) }),
    },
  };
};
