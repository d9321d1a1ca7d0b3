import { AwsError } from '../stand-in.ts';
import { validationError } from '../validation.ts';
import type { LambdaEngine } from './engine.ts';

export const invalidParameter = (message: string): AwsError =>
  new AwsError('InvalidParameterValueException', message);

/** Those that Lambda takes for a new function: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */
const runtimes = [
  'nodejs24.x',
  'nodejs22.x',
  'python3.14',
  'python3.13',
  'python3.12',
  'java25',
  'java21',
  'java17',
  'dotnet8',
  'ruby3.4',
  'ruby3.3',
  'provided.al2023',
  'provided.al2',
];

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const reservedVariables = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
]);

const maxVariableBytes = 4_096;

interface Settings {
  Runtime?: string | undefined;
  Handler?: string | undefined;
  Timeout?: number | undefined;
  MemorySize?: number | undefined;
  Role?: string | undefined;
  Layers?: string[] | undefined;
  Environment?: { Variables?: Record<string, string> | undefined } | undefined;
}

/** @throws AwsError where Lambda cannot take the role, which is so for a while after it was made too */
export const checkRole = (role: string | undefined, { canAssume }: Pick<LambdaEngine, 'canAssume'>): void => {
  if (role !== undefined && !canAssume(role))
    throw invalidParameter('The role defined for the function cannot be assumed by Lambda.');
};

/** @throws AwsError as Lambda refuses settings */
export const checkSettings = ({
  Runtime,
  Handler,
  Timeout = 3,
  MemorySize = 128,
  Role,
  Layers = [],
  Environment = {},
}: Settings): void => {
  if (Runtime !== undefined && !runtimes.includes(Runtime))
    throw invalidParameter(
      `Value ${Runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${runtimes.join(', ')}] or be a valid ARN`,
    );
  if (Handler !== undefined && !/^\S{1,128}$/.test(Handler))
    throw validationError(
      `Value '${Handler}' at 'handler' failed to satisfy constraint: Member must satisfy regular expression pattern: [^\\s]+`,
    );
  if (!Number.isInteger(Timeout) || Timeout < 1 || Timeout > 900)
    throw validationError(
      `Value '${Timeout}' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900`,
    );
  if (!Number.isInteger(MemorySize) || MemorySize < 128 || MemorySize > 10_240)
    throw invalidParameter(`'MemorySize' value failed to satisfy constraint: from 128 to 10240`);
  if (Role !== undefined && !/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(Role))
    throw validationError(
      `Value '${Role}' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+`,
    );
  for (const layer of Layers)
    if (!/^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:layer:[\w-]+:\d+$/.test(layer))
      throw invalidParameter(`Layer version ${layer} does not exist.`);
  if (Layers.length > 5) throw invalidParameter('Cannot reference more than 5 layers.');
  const variables = Object.entries(Environment.Variables ?? {});
  for (const [name] of variables) {
    if (reservedVariables.has(name))
      throw invalidParameter(
        `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${name}`,
      );
    if (!/^[a-zA-Z]\w+$/.test(name))
      throw validationError(`'environment.variables' failed to satisfy constraint: ${name}`);
  }
  const bytes = variables.reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0);
  if (bytes > maxVariableBytes)
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.`,
    );
};
