import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { awsClient } from '../../../lib/platform/aws/client.ts';
import { createKmsDataKeys } from '../../../lib/services/secrets/backend.kms.ts';
import { clientSettings, startMotoServer } from '../compute/moto-cloud.ts';
import { secretsSuite } from './suite.ts';

secretsSuite('moto', async () => {
  const server = await startMotoServer();
  const client = awsClient(KMSClient, 'KMS', clientSettings(server.url));
  const { KeyMetadata } = await client.send(new CreateKeyCommand({}));
  const arn = KeyMetadata?.Arn ?? '';
  return {
    keys: createKmsDataKeys(client, arn),
    keysOfNobody: createKmsDataKeys(client, arn.replace(/key\/.*/, `key/${crypto.randomUUID()}`)),
    stop: async () => {
      client.destroy();
      await server.stop();
    },
  };
});
