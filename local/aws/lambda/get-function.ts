import type { GetFunctionCommandInput, GetFunctionCommandOutput } from '@aws-sdk/client-lambda';
import type { Action } from '../stand-in.ts';
import { mustNotBeNull, validationError } from '../validation.ts';
import type { LambdaEngine } from './engine.ts';
import { configurationOf } from './view.ts';

type Output = Omit<GetFunctionCommandOutput, '$metadata'>;

/** Without the address of the code: https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html */
export const getFunction =
  ({ store, clock }: LambdaEngine): Action<GetFunctionCommandInput, Output> =>
  ({ FunctionName }, caller) => {
    if (!FunctionName) throw validationError(mustNotBeNull('functionName'));
    const record = store.get(caller, FunctionName);
    return {
      Configuration: configurationOf(record, clock.now()),
      Code: { RepositoryType: 'S3' },
      ...(Object.keys(record.tags).length > 0 && { Tags: record.tags }),
    };
  };
