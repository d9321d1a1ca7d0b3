import { KMSClient } from '@aws-sdk/client-kms';
import { awsClient } from '../platform/aws/client.ts';
import { createKmsDataKeys } from '../services/secrets/backend.kms.ts';
import { openValue, sealValue } from '../services/secrets/envelope.ts';
import type { Envelope } from '../services/secrets/service.ts';

/** Milliseconds. A lost connection must not use up the request's whole time. */
const connectionTimeout = 1_000;
const requestTimeout = 3_000;

/** Values sealed under data keys of AWS KMS. */
export const kmsEnvelope = (keyArn: string): Envelope => {
  const client = awsClient(KMSClient, 'KMS', { requestHandler: { connectionTimeout, requestTimeout } });
  const keys = createKmsDataKeys(client, keyArn);
  return {
    seal: (context, value, signal) => sealValue(keys, context, value, signal),
    open: (context, sealed, signal) => openValue(keys, context, sealed, signal),
  };
};
