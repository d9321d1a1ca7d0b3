import type {
  GetSecretValueCommandInput,
  GetSecretValueCommandOutput,
} from '@aws-sdk/client-secrets-manager';
import { type Action, AwsError } from '../stand-in.ts';
import { mustNotBeNull, validationError } from '../validation.ts';
import type { SecretStore } from './store.ts';

type Output = Omit<GetSecretValueCommandOutput, '$metadata'>;

export const getSecretValue =
  (store: SecretStore): Action<GetSecretValueCommandInput, Output> =>
  ({ SecretId, VersionId, VersionStage }, caller) => {
    if (!SecretId) throw validationError(mustNotBeNull('secretId'));
    const secret = store.get(caller, SecretId);
    const stage = VersionStage ?? (VersionId === undefined ? 'AWSCURRENT' : undefined);
    const version = store
      .versions(secret)
      .find(
        ({ id, stages }) =>
          (VersionId === undefined || id === VersionId) && (stage === undefined || stages.includes(stage)),
      );
    if (!version)
      throw new AwsError(
        'ResourceNotFoundException',
        VersionId === undefined
          ? `Secrets Manager can't find the specified secret value for staging label: ${stage}`
          : `Secrets Manager can't find the specified secret value for VersionId: ${VersionId}`,
      );
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: version.id,
      ...(version.text !== undefined && { SecretString: version.text }),
      ...(version.binary !== undefined && { SecretBinary: version.binary }),
      VersionStages: version.stages,
      CreatedDate: new Date(version.createdAt),
    };
  };
