import type {
  GetFunctionConfigurationCommandInput,
  GetFunctionConfigurationCommandOutput,
} from '@aws-sdk/client-lambda';
import type { Action } from '../stand-in.ts';
import { mustNotBeNull, validationError } from '../validation.ts';
import type { LambdaEngine } from './engine.ts';
import { configurationOf } from './view.ts';

type Output = Omit<GetFunctionConfigurationCommandOutput, '$metadata'>;

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html */
export const getFunctionConfiguration =
  ({ store, clock }: LambdaEngine): Action<GetFunctionConfigurationCommandInput, Output> =>
  ({ FunctionName }, caller) => {
    if (!FunctionName) throw validationError(mustNotBeNull('functionName'));
    return configurationOf(store.get(caller, FunctionName), clock.now());
  };
