import type { DeleteFunctionCommandInput, DeleteFunctionCommandOutput } from '@aws-sdk/client-lambda';
import type { Action } from '../stand-in.ts';
import { mustNotBeNull, validationError } from '../validation.ts';
import type { LambdaEngine } from './engine.ts';

type Output = Omit<DeleteFunctionCommandOutput, '$metadata'>;

/** https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html */
export const deleteFunction =
  ({ store }: LambdaEngine): Action<DeleteFunctionCommandInput, Output> =>
  ({ FunctionName }, caller) => {
    if (!FunctionName) throw validationError(mustNotBeNull('functionName'));
    store.remove(caller, store.get(caller, FunctionName));
    return { StatusCode: 204 };
  };
