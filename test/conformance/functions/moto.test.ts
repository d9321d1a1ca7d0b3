import { LambdaClient, PublishLayerVersionCommand } from '@aws-sdk/client-lambda';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { awsClient } from '../../../lib/platform/aws/client.ts';
import { localS3Client } from '../../support/s3.ts';
import { zip } from '../../support/zip.ts';
import { clientSettings, startMotoServer } from '../compute/moto-cloud.ts';
import { makeRole, placeIn } from './cloud.ts';
import { functionsSuite } from './suite.ts';

/** The account that moto plays. It runs functions in Docker alone, which nobody needs to have. */
functionsSuite(
  'moto',
  async () => {
    const { url, stop } = await startMotoServer();
    const place = placeIn('123456789012');
    const lambda = awsClient(LambdaClient, 'LAMBDA', clientSettings(url));
    const s3 = localS3Client(url);
    await makeRole(url, place.roleArn);
    await s3.send(new CreateBucketCommand({ Bucket: place.bucket }));
    const ZipFile = await zip({ 'thecloud/run': '#!/bin/sh' });
    await lambda.send(
      new PublishLayerVersionCommand({ LayerName: 'function-process', Content: { ZipFile } }),
    );
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
  { runsNothing: true },
);
