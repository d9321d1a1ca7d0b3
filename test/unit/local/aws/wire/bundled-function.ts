import { parentPort } from 'node:worker_threads';
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { awsClient } from '../../../../../lib/platform/aws/client.ts';

/** A function as the build makes one: with its own, minified copy of the SDK. */
const client = awsClient(SecretsManagerClient, 'SECRETS_MANAGER');
try {
  await client.send(new GetSecretValueCommand({ SecretId: 's' }));
} catch (error) {
  parentPort?.postMessage({
    isModeled: error instanceof ResourceNotFoundException,
    isError: error instanceof Error,
    name: (error as Error).name,
    message: (error as Error).message,
  });
}
