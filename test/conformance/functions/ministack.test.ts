import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CreatePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { awsClient } from '../../../lib/platform/aws/client.ts';
import { localS3Client } from '../../support/s3.ts';
import { startMiniStack } from '../deploy/ministack.ts';
import { boundaryOf, placeIn } from './cloud.ts';
import { functionsSuite } from './suite.ts';

/** Runs functions as processes of this machine, so that plain handlers are run by a Lambda that is not ours. */
functionsSuite(
  'MiniStack',
  async () => {
    const { url, credentials, stop } = await startMiniStack({ isOpen: true });
    const place = placeIn('000000000000');
    const settings = { endpoint: url, region: 'us-east-1', credentials };
    const lambda = awsClient(LambdaClient, 'LAMBDA', settings);
    const iam = awsClient(IAMClient, 'IAM', settings);
    const logs = awsClient(CloudWatchLogsClient, 'CLOUDWATCH_LOGS', settings);
    const s3 = localS3Client(url);
    await iam.send(new CreatePolicyCommand(boundaryOf(place)));
    await s3.send(new CreateBucketCommand({ Bucket: place.bucket }));
    return {
      lambda,
      s3,
      iam,
      logs,
      place,
      stop: async () => {
        for (const client of [lambda, s3, iam, logs]) client.destroy();
        await stop();
      },
    };
  },
  { knowsItsLayers: true },
);
