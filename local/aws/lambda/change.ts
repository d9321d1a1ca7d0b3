import { randomUUID } from 'node:crypto';
import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { AwsError, type Caller } from '../stand-in.ts';
import type { LambdaEngine } from './engine.ts';
import type { LambdaRecord } from './store.ts';
import { configurationOf } from './view.ts';

/** A function that is neither being made nor changed. @throws AwsError ResourceConflictException, as Lambda */
export const settledFunction = (
  { store, clock }: LambdaEngine,
  caller: Caller,
  name: string,
  revisionId: string | undefined,
): LambdaRecord => {
  const record = store.get(caller, name);
  if (clock.now() < record.activeAt)
    throw new AwsError(
      'ResourceConflictException',
      `The operation cannot be performed at this time. An update is in progress for resource: ${record.arn}`,
      409,
    );
  if (revisionId !== undefined && revisionId !== record.revisionId)
    throw new AwsError(
      'PreconditionFailedException',
      'The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to retrieve the latest RevisionId',
      412,
    );
  return record;
};

/** Writes a change, which takes a moment to be through. */
export const changeFunction = (
  { store, clock, settleMilliseconds }: LambdaEngine,
  caller: Caller,
  before: LambdaRecord,
  change: Partial<LambdaRecord>,
): FunctionConfiguration => {
  const now = clock.now();
  const after: LambdaRecord = {
    ...before,
    ...change,
    revisionId: randomUUID(),
    lastModified: new Date(now).toISOString(),
    activeAt: now + settleMilliseconds,
    updated: true,
  };
  store.put(caller, after);
  return configurationOf(after, now);
};
