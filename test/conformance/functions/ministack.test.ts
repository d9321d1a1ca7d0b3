import { LambdaClient } from '@aws-sdk/client-lambda';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { awsClient } from '../../../lib/platform/aws/client.ts';
import { localS3Client } from '../../support/s3.ts';
import { startMiniStack } from '../deploy/ministack.ts';
import { makeRole, placeIn } from './cloud.ts';
import { functionsSuite } from './suite.ts';

/** Runs functions as processes of this machine, so that plain handlers are run by a Lambda that is not ours. */
functionsSuite(
  'MiniStack',
  async () => {
    const { url, credentials, stop } = await startMiniStack({ isOpen: true });
    const place = placeIn('000000000000');
    const lambda = awsClient(LambdaClient, 'LAMBDA', { endpoint: url, region: 'us-east-1', credentials });
    const s3 = localS3Client(url);
    await makeRole(url, place.roleArn);
    await s3.send(new CreateBucketCommand({ Bucket: place.bucket }));
    return {
      lambda,
      s3,
      place,
      stop: async () => {
        lambda.destroy();
        s3.destroy();
        await stop();
      },
    };
  },
  { knowsItsLayers: true },
);
