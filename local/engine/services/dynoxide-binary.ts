import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** This machine cannot run the packaged DynamoDB server. */
export class UnsupportedPlatformError extends Error {
  override readonly name = 'UnsupportedPlatformError';
}

/**
 * Path of the DynamoDB-compatible server in `@dynoxide/linux-x64`.
 *
 * @throws UnsupportedPlatformError on other platforms, with the way round it
 */
export const dynoxideBinary = (platform = `${process.platform}-${process.arch}`): string => {
  if (platform !== 'linux-x64')
    throw new UnsupportedPlatformError(
      `The local engine ships its DynamoDB server for linux-x64 only; this is ${platform}. Start any ` +
        'DynamoDB-compatible server and name it in AWS_ENDPOINT_URL_DYNAMODB (or an AWS-compatible server for all ' +
        'services in AWS_ENDPOINT_URL), for example AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000 npm start',
    );
  return join(
    dirname(createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json')),
    'dynoxide',
  );
};
