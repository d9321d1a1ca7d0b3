import type {
  UpdateFunctionConfigurationCommandInput,
  UpdateFunctionConfigurationCommandOutput,
} from '@aws-sdk/client-lambda';
import type { Action } from '../stand-in.ts';
import { mustNotBeNull, validationError } from '../validation.ts';
import { changeFunction, settledFunction } from './change.ts';
import type { LambdaEngine } from './engine.ts';
import { checkRole, checkSettings } from './rules.ts';

type Output = Omit<UpdateFunctionConfigurationCommandOutput, '$metadata'>;

/** https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html */
export const updateFunctionConfiguration =
  (engine: LambdaEngine): Action<UpdateFunctionConfigurationCommandInput, Output> =>
  (input, caller) => {
    const { FunctionName, RevisionId } = input;
    if (!FunctionName) throw validationError(mustNotBeNull('functionName'));
    const record = settledFunction(engine, caller, FunctionName, RevisionId);
    checkSettings(input);
    checkRole(input.Role, engine);
    return changeFunction(engine, caller, record, {
      runtime: input.Runtime ?? record.runtime,
      handler: input.Handler ?? record.handler,
      role: input.Role ?? record.role,
      logGroup: input.LoggingConfig?.LogGroup ?? record.logGroup,
      timeout: input.Timeout ?? record.timeout,
      memorySize: input.MemorySize ?? record.memorySize,
      layers: input.Layers ?? record.layers,
      variables: input.Environment ? (input.Environment.Variables ?? {}) : record.variables,
    });
  };
