import { LambdaClient } from '@aws-sdk/client-lambda';
import { awsClient } from '../platform/aws/client.ts';
import { createLambdaInvoker } from '../services/functions/backend.lambda/invoke.ts';
import type { Invoker } from '../services/functions/backend.ts';
import { config } from './config.ts';

/**
 * Running tenants' functions. Nothing is tried again below the service, as an invocation has effects, and an answer may be
 * a quarter of an hour away: who waits has a time limit of their own.
 */
export const functionInvoker = (): Invoker =>
  createLambdaInvoker(
    awsClient(LambdaClient, 'LAMBDA', {
      maxAttempts: 1,
      requestHandler: { connectionTimeout: 3_000, requestTimeout: 0, socketTimeout: 0 },
    }),
    config('TENANT_PREFIX').TENANT_PREFIX,
  );
