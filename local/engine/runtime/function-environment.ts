import type { FunctionSettings } from './function-settings.ts';

/** What the engine adds to the environment that the template gives a function. */
export interface EngineEnvironment {
  region: string;
  dynamoDbUrl: string;
  queuesUrl: string;
  /** Absolute path of the SDK plugin, and the stand-ins' host it talks to. */
  sdkPlugin: string;
  standInHost: string;
  /** Whether tenants may name this machine as a target. */
  allowLoopbackTargets: boolean;
  /** File with the policy of the function's role. */
  policyFile(functionName: string): string;
}

/** Access key of a function; by it the stand-ins know who calls. Nothing on a laptop checks the secret part. */
export const accessKeyOf = (functionName: string): string =>
  `AKIALOCAL${functionName.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')}`;

/** A function's whole environment: as Lambda sets it, as the template sets it, and where the engine's services are. */
export const functionEnvironment = (
  settings: FunctionSettings,
  engine: EngineEnvironment,
): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  TZ: ':UTC',
  LANG: 'en_US.UTF-8',
  AWS_REGION: engine.region,
  AWS_DEFAULT_REGION: engine.region,
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: settings.name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memoryMegabytes),
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${settings.name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: 'local',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  LAMBDA_TASK_ROOT: settings.codeDirectory,
  _HANDLER: settings.handler,
  ...settings.environment,
  AWS_ACCESS_KEY_ID: accessKeyOf(settings.name),
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_SESSION_TOKEN: 'local',
  AWS_ENDPOINT_URL_DYNAMODB: engine.dynamoDbUrl,
  AWS_ENDPOINT_URL_SQS: engine.queuesUrl,
  CLOUD_SDK_PLUGIN: engine.sdkPlugin,
  CLOUD_LOCAL_HOST: engine.standInHost,
  CLOUD_LOCAL_FUNCTION: settings.name,
  ...(engine.allowLoopbackTargets && { CLOUD_ALLOW_LOOPBACK_TARGETS: '1' }),
  CLOUD_LOCAL_POLICY: engine.policyFile(settings.name),
});
