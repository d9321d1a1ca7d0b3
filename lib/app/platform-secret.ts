import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SecretReader } from '../platform/auth/secret-reader.ts';
import { awsClient } from '../platform/aws/client.ts';
import { createSecretReader } from '../services/auth/backend.secrets-manager.ts';

/** A secret of the platform's own, by its ARN: that of tokens, or that of sealed texts. */
export const platformSecret = (arn: string): SecretReader =>
  createSecretReader(awsClient(SecretsManagerClient, 'SECRETS_MANAGER'), arn);
