import { DatabaseSync } from 'node:sqlite';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { attachPlugin, awsClient } from '../../../lib/platform/aws/client.ts';
import { createStandInHost } from '../../../local/aws/host.ts';
import { createIam } from '../../../local/aws/iam/index.ts';
import { createLambda } from '../../../local/aws/lambda/index.ts';
import { createLogs } from '../../../local/aws/logs/index.ts';
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
  const context = { timers: realTimers, database, limits: 'roomy' } as const;
  const roles = createIam(context);
  const standIn = createLambda(context, {
    canAssume: (arn) => roles.controls.canAssume('lambda.amazonaws.com', arn),
    readObject: async (Bucket, Key) => {
      const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key }));
      return Body?.transformToByteArray();
    },
    settleMilliseconds: 20,
  });
  const host = await createStandInHost({
    standIns: [standIn, roles, createLogs(context)],
    identify: () => ({ account, region: 'us-east-1', arn: `arn:aws:iam::${account}:role/test` }),
  });
  const plugin = createPlugin({ CLOUD_LOCAL_HOST: host.url, AWS_ACCESS_KEY_ID: 'test' });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = <C extends object>(Client: new (config: never) => C, service: string): C => {
    const made = awsClient(Client, service, { credentials });
    attachPlugin(made, () => plugin);
    return made;
  };
  return {
    lambda: client(LambdaClient, 'LAMBDA'),
    iam: client(IAMClient, 'IAM'),
    logs: client(CloudWatchLogsClient, 'CLOUDWATCH_LOGS'),
    s3: s3.client,
    place,
    stop: async () => {
      standIn.close?.();
      await Promise.all([host.close(), s3.stop()]);
      database.close();
    },
  };
});
