import { DatabaseSync } from 'node:sqlite';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { attachPlugin, awsClient } from '../../../lib/platform/aws/client.ts';
import { createStandInHost } from '../../../local/aws/host.ts';
import { createLambda } from '../../../local/aws/lambda/index.ts';
import { realTimers } from '../../../local/clock.ts';
import { createPlugin } from '../../../local/sdk-plugin.ts';
import { startS3 } from '../../support/s3.ts';
import { placeIn } from './cloud.ts';
import { functionsSuite } from './suite.ts';

const account = '000000000000';

functionsSuite('the stand-in', async () => {
  const place = placeIn(account);
  const s3 = await startS3(place.bucket);
  const database = new DatabaseSync(':memory:');
  const standIn = createLambda(
    { timers: realTimers, database },
    {
      readObject: async (Bucket, Key) => {
        const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key }));
        return Body?.transformToByteArray();
      },
      settleMilliseconds: 20,
    },
  );
  const host = await createStandInHost({
    standIns: [standIn],
    identify: () => ({ account, region: 'us-east-1', arn: `arn:aws:iam::${account}:role/test` }),
  });
  const plugin = createPlugin({ CLOUD_LOCAL_HOST: host.url, AWS_ACCESS_KEY_ID: 'test' });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const lambda = awsClient(LambdaClient, 'LAMBDA', { credentials });
  attachPlugin(lambda, () => plugin);
  return {
    lambda,
    s3: s3.client,
    place,
    stop: async () => {
      standIn.close?.();
      await Promise.all([host.close(), s3.stop()]);
      database.close();
    },
  };
});
