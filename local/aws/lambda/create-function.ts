import { randomUUID } from 'node:crypto';
import type { CreateFunctionCommandInput, CreateFunctionCommandOutput } from '@aws-sdk/client-lambda';
import { type Action, AwsError } from '../stand-in.ts';
import { mustNotBeNull, validationError } from '../validation.ts';
import { codeFacts, codeOf } from './code.ts';
import type { LambdaEngine } from './engine.ts';
import { checkRole, checkSettings } from './rules.ts';
import { functionArn, type LambdaRecord } from './store.ts';
import { configurationOf } from './view.ts';

type Output = Omit<CreateFunctionCommandOutput, '$metadata'>;

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
export const createFunction =
  (engine: LambdaEngine): Action<CreateFunctionCommandInput, Output> =>
  async (input, caller) => {
    const { FunctionName, Role, Code, Runtime, Handler } = input;
    if (!FunctionName) throw validationError(mustNotBeNull('functionName'));
    if (!Role) throw validationError(mustNotBeNull('role'));
    if (!Code) throw validationError(mustNotBeNull('code'));
    if (!Runtime || !Handler)
      throw new AwsError(
        'InvalidParameterValueException',
        'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
      );
    if (!/^[\w-]{1,64}$/.test(FunctionName))
      throw validationError(
        `Value '${FunctionName}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64`,
      );
    checkSettings(input);
    checkRole(Role, engine);
    const { store, clock, settleMilliseconds } = engine;
    const bytes = await codeOf(Code, engine);
    if (store.find(caller, FunctionName))
      throw new AwsError('ResourceConflictException', `Function already exist: ${FunctionName}`, 409);
    const now = clock.now();
    const record: LambdaRecord = {
      name: FunctionName,
      arn: functionArn(caller, FunctionName),
      runtime: Runtime,
      handler: Handler,
      role: Role,
      timeout: input.Timeout ?? 3,
      memorySize: input.MemorySize ?? 128,
      architectures: input.Architectures ?? ['x86_64'],
      layers: input.Layers ?? [],
      variables: input.Environment?.Variables ?? {},
      tags: input.Tags ?? {},
      logGroup: input.LoggingConfig?.LogGroup ?? `/aws/lambda/${FunctionName}`,
      ...codeFacts(bytes),
      revisionId: randomUUID(),
      lastModified: new Date(now).toISOString(),
      activeAt: now + settleMilliseconds,
      updated: false,
    };
    store.put(caller, record);
    store.putCode(record, bytes);
    return configurationOf(record, now);
  };
