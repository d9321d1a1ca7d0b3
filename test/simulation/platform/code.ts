import { createHash } from 'node:crypto';
import type {
  CreateFunctionCommandInput,
  InvokeCommandInput,
  UpdateFunctionCodeCommandInput,
  UpdateFunctionConfigurationCommandInput,
} from '@aws-sdk/client-lambda';
import type {
  CopyObjectCommandInput,
  DeleteObjectsCommandInput,
  PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { checkRole } from '../../../local/aws/lambda/rules.ts';
import { AwsError } from '../../../local/aws/stand-in.ts';
import type { AwsCall } from '../engine/ambient.ts';
import type { Chaos } from '../engine/chaos.ts';
import type { Scheduler } from '../engine/scheduler.ts';

/** A function of a tenant on Lambda, and what it was ever called with. */
export interface TenantFunction {
  tags: Readonly<Record<string, string>>;
  configuration: object;
  sha256: string;
  readyAt: number;
  payloads: string[];
}

/** The code of a payload that has it fail: its process exits with 1. */
export const failing = 'fails';

export interface CodeOptions {
  scheduler: Scheduler;
  chaos: Chaos;
  /** Whether Lambda may take a role, and sees it already. */
  canAssume(role: string): boolean;
}

/** The parts of Lambda and S3 that the functions of tenants need: code that notes what it was called with, and does nothing. */
export const createCode = ({ scheduler, chaos, canAssume }: CodeOptions) => {
  const functions = new Map<string, TenantFunction>();
  const objects = new Map<string, Uint8Array>();
  const called: { name: string; tags: Readonly<Record<string, string>>; payload: string }[] = [];

  const find = (name: string | undefined): TenantFunction => {
    const found = functions.get(name ?? '');
    if (!found) throw new AwsError('ResourceNotFoundException', `Function not found: ${name}`, 404);
    return found;
  };
  const settled = (one: TenantFunction): TenantFunction => {
    if (scheduler.now() < one.readyAt)
      throw new AwsError('ResourceConflictException', 'The operation cannot be performed at this time.', 409);
    return one;
  };
  const settlesAt = (): number => scheduler.now() + chaos.random.between(50, 4_000);
  const hashOf = (key: string | undefined): string => {
    const bytes = objects.get(key ?? '');
    if (!bytes) throw new AwsError('InvalidParameterValueException', 'S3 Error Code: NoSuchKey.');
    return createHash('sha256').update(bytes).digest('base64');
  };

  const invoke = async ({ FunctionName, Payload }: InvokeCommandInput): Promise<object> => {
    const { tags, payloads } = settled(find(FunctionName));
    await scheduler.sleep(chaos.random.between(5, 3_000));
    const { payload = '' } = JSON.parse(Buffer.from(Payload as Uint8Array).toString()) as {
      payload?: string;
    };
    const text = Buffer.from(payload, 'base64').toString();
    payloads.push(text);
    called.push({ name: FunctionName ?? '', tags, payload: text });
    const answer = { exit_code: text.includes(failing) ? 1 : 0, logs: payload };
    return { StatusCode: 200, Payload: Buffer.from(JSON.stringify(answer)) };
  };

  const lambda: Readonly<Record<string, (input: never) => object | Promise<object>>> = {
    GetFunctionConfigurationCommand({ FunctionName }: { FunctionName?: string }) {
      const { configuration, sha256, readyAt } = find(FunctionName);
      const isReady = scheduler.now() >= readyAt;
      return {
        ...configuration,
        CodeSha256: sha256,
        State: 'Active',
        LastUpdateStatus: isReady ? 'Successful' : 'InProgress',
      };
    },
    CreateFunctionCommand({ FunctionName = '', Code, Tags = {}, ...rest }: CreateFunctionCommandInput) {
      if (functions.has(FunctionName))
        throw new AwsError('ResourceConflictException', `Function already exist: ${FunctionName}`, 409);
      const { Runtime, Handler, Timeout, MemorySize, Role, Layers = [], Environment, LoggingConfig } = rest;
      checkRole(Role, { canAssume });
      functions.set(FunctionName, {
        tags: Tags,
        configuration: {
          Runtime,
          Handler,
          Timeout,
          MemorySize,
          Role,
          Layers: Layers.map((Arn) => ({ Arn })),
          Environment,
          LoggingConfig,
        },
        sha256: hashOf(Code?.S3Key),
        readyAt: settlesAt(),
        payloads: [],
      });
      return {};
    },
    UpdateFunctionCodeCommand({ FunctionName, S3Key }: UpdateFunctionCodeCommandInput) {
      Object.assign(settled(find(FunctionName)), { sha256: hashOf(S3Key), readyAt: settlesAt() });
      return {};
    },
    UpdateFunctionConfigurationCommand({
      FunctionName,
      Layers,
      ...rest
    }: UpdateFunctionConfigurationCommandInput) {
      const one = settled(find(FunctionName));
      checkRole(rest.Role, { canAssume });
      one.configuration = {
        ...one.configuration,
        ...rest,
        ...(Layers && { Layers: Layers.map((Arn) => ({ Arn })) }),
      };
      one.readyAt = settlesAt();
      return {};
    },
    DeleteFunctionCommand({ FunctionName }: { FunctionName?: string }) {
      find(FunctionName);
      functions.delete(FunctionName ?? '');
      return {};
    },
    InvokeCommand: invoke,
  };

  const s3: Readonly<Record<string, (input: never) => object>> = {
    PutObjectCommand({ Key = '', Body }: PutObjectCommandInput) {
      objects.set(Key, Uint8Array.from(Body as Uint8Array));
      return {};
    },
    CopyObjectCommand({ Key = '', CopySource = '' }: CopyObjectCommandInput) {
      const bytes = objects.get(CopySource.slice(CopySource.indexOf('/') + 1));
      if (!bytes) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
      objects.set(Key, bytes);
      return {};
    },
    DeleteObjectsCommand({ Delete }: DeleteObjectsCommandInput) {
      for (const { Key = '' } of Delete?.Objects ?? []) objects.delete(Key);
      return {};
    },
  };

  return {
    perform({
      client,
      command,
      input,
    }: Pick<AwsCall, 'client' | 'command' | 'input'>): object | Promise<object> {
      const action = (client === 'S3Client' ? s3 : lambda)[command];
      if (!action) throw new Error(`nothing stands in for ${client} ${command}`);
      return action(input as never);
    },
    /** What is there, by name. */
    functions: (): ReadonlyMap<string, TenantFunction> => functions,
    /** Keys of the archives. */
    archives: (): string[] => [...objects.keys()],
    /** Every call there ever was. */
    called: () => called,
  };
};

export type Code = ReturnType<typeof createCode>;
