import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SecretReader } from '../../platform/auth/secret-reader.ts';
import { CloudError } from '../../platform/errors/index.ts';

const minimumCharacters = 64;

/** The token secret in AWS Secrets Manager, read when first needed and kept for the life of the process. */
export const createSecretReader = (client: SecretsManagerClient, arn: string): SecretReader => {
  let reading: Promise<string> | undefined;

  const fetch = async (signal?: AbortSignal): Promise<string> => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }), {
      abortSignal: signal,
    });
    if (!SecretString || SecretString.length < minimumCharacters)
      throw new Error(`the token secret must have at least ${minimumCharacters} characters`);
    return SecretString;
  };

  return {
    read(signal) {
      reading ??= fetch(signal).catch((cause: unknown) => {
        reading = undefined;
        throw new CloudError('UNAVAILABLE', 'tokens are not available at the moment', {
          internal: 'the token secret could not be read',
          retryAfterSeconds: 1,
          cause,
        });
      });
      return reading;
    },
  };
};
