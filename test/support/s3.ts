import { S3Client } from '@aws-sdk/client-s3';
import { buildApp } from 'fauxqs';
import { loadFauxqsParts, type S3Store } from '../../local/engine/services/fauxqs-parts.ts';

/** An Amazon S3 of the test's own, on the loopback address, in memory. */
export interface TestS3 {
  url: string;
  client: S3Client;
  store: S3Store;
  stop(): Promise<void>;
}

/** A client of a local server, made as `lib/app/s3.ts` makes its own. */
export const localS3Client = (
  url: string,
  maxAttempts = 1,
  credentials = { accessKeyId: 'local', secretAccessKey: 'local' },
): S3Client =>
  new S3Client({
    endpoint: url,
    region: 'us-east-1',
    credentials,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts,
  });

/** Starts one with a bucket in it. Stop it in `afterAll`. */
export const startS3 = async (bucket: string): Promise<TestS3> => {
  const stores = (await loadFauxqsParts()).createStores();
  const app = buildApp({ logger: false, defaultRegion: 'us-east-1', stores });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  stores.s3Store.createBucket(bucket);
  const client = localS3Client(url);
  return {
    url,
    client,
    store: stores.s3Store,
    stop: async () => {
      client.destroy();
      await app.close();
    },
  };
};
