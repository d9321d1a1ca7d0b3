import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { awsClient } from '../../../lib/platform/aws/client.ts';
import type { QueuePlaces } from '../../../lib/services/queues/backend.sqs.ts';
import { realTimers } from '../../../local/clock.ts';
import { Queues } from '../../../local/engine/services/queues.ts';

/** Somewhere that SQS is. */
export interface SqsCloud {
  sqs: SQSClient;
  places: QueuePlaces;
  stop(): Promise<void>;
}

const credentials = { accessKeyId: '000000000000', secretAccessKey: 'test' };

/** A client of the server at `url`, and where the account's queues are. */
export const sqsAt = (url: string, account: string): Omit<SqsCloud, 'stop'> => ({
  sqs: awsClient(SQSClient, 'SQS', { endpoint: url, region: 'us-east-1', credentials }),
  places: {
    url: `${url}/${account}/the-cloud-test-t-`,
    arn: `arn:aws:sqs:us-east-1:${account}:the-cloud-test-t-`,
  },
});

/** The queues of the local engine, as its functions reach them. */
export const startFauxqs = async (): Promise<SqsCloud & { queues: Queues }> => {
  const folder = mkdtempSync(join(tmpdir(), 'queues-test-'));
  const queues = await Queues.start(folder, realTimers);
  const { sqs, places } = sqsAt(queues.url, '000000000000');
  return {
    sqs,
    places,
    queues,
    stop: async () => {
      sqs.destroy();
      await queues.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
