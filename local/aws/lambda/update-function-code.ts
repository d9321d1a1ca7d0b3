import type { UpdateFunctionCodeCommandInput, UpdateFunctionCodeCommandOutput } from '@aws-sdk/client-lambda';
import type { Action } from '../stand-in.ts';
import { mustNotBeNull, validationError } from '../validation.ts';
import { changeFunction, settledFunction } from './change.ts';
import { codeFacts, codeOf } from './code.ts';
import type { LambdaEngine } from './engine.ts';

type Output = Omit<UpdateFunctionCodeCommandOutput, '$metadata'>;

/** https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html */
export const updateFunctionCode =
  (engine: LambdaEngine): Action<UpdateFunctionCodeCommandInput, Output> =>
  async (input, caller) => {
    const { FunctionName, RevisionId } = input;
    if (!FunctionName) throw validationError(mustNotBeNull('functionName'));
    settledFunction(engine, caller, FunctionName, RevisionId);
    const bytes = await codeOf(input, engine);
    const record = settledFunction(engine, caller, FunctionName, RevisionId);
    engine.store.putCode(record, bytes);
    return changeFunction(engine, caller, record, codeFacts(bytes));
  };
