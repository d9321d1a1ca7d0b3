import type {
  DescribeSecretCommandInput,
  DescribeSecretCommandOutput,
} from '@aws-sdk/client-secrets-manager';
import type { Action } from '../stand-in.ts';
import { mustNotBeNull, validationError } from '../validation.ts';
import { notFound, type SecretStore } from './store.ts';

type Output = Omit<DescribeSecretCommandOutput, '$metadata'>;

export const describeSecret =
  (store: SecretStore): Action<DescribeSecretCommandInput, Output> =>
  ({ SecretId }, caller) => {
    if (!SecretId) throw validationError(mustNotBeNull('secretId'));
    const secret = store.find(caller, SecretId);
    if (!secret) throw notFound();
    return {
      ARN: secret.arn,
      Name: secret.name,
      ...(secret.description !== undefined && { Description: secret.description }),
      CreatedDate: new Date(secret.createdAt),
      ...(secret.deletedAt !== undefined && { DeletedDate: new Date(secret.deletedAt) }),
      VersionIdsToStages: Object.fromEntries(store.versions(secret).map(({ id, stages }) => [id, stages])),
    };
  };
