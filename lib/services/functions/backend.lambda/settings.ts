import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import type { HostedFunction } from '../backend.ts';
import { type RuntimeRules, runtimes } from '../runtimes.ts';
import type { FunctionPlace } from './names.ts';

/** The part of CreateFunction and UpdateFunctionConfiguration that both have. */
export type LambdaSettings = Required<
  Pick<FunctionConfiguration, 'Runtime' | 'Handler' | 'Timeout' | 'MemorySize' | 'Environment'>
> & { Layers: string[]; Role: string };

/** In the layer: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html#runtime-wrapper */
const wrapper = '/opt/thecloud/run';

/**
 * What Lambda is told of a function. A function of the process model has the layer, whose script takes the place of the
 * runtime's own loop and starts the named file for each invocation.
 */
export const lambdaSettings = (
  { runtime, model, handler, timeoutSeconds, memoryMegabytes, environment }: HostedFunction,
  { layerArn, roleArn }: Pick<FunctionPlace, 'layerArn' | 'roleArn'>,
): LambdaSettings => {
  const rules: RuntimeRules = runtimes[runtime];
  const asProcess = model === 'process';
  return {
    Runtime: rules.lambda,
    Handler: handler,
    Timeout: timeoutSeconds,
    MemorySize: memoryMegabytes,
    Role: roleArn,
    Layers: asProcess ? [layerArn] : [],
    Environment: {
      Variables: {
        ...environment,
        ...(asProcess && {
          AWS_LAMBDA_EXEC_WRAPPER: wrapper,
          THECLOUD_COMMAND: rules.command,
          THECLOUD_FILE: handler,
        }),
      },
    },
  };
};

const sorted = (variables: Record<string, string> = {}): [string, string][] =>
  Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1));

/** Settings as one text: what is wanted and what is there are the same where their texts are. */
export const settingsText = (settings: {
  Runtime?: string;
  Handler?: string;
  Timeout?: number;
  MemorySize?: number;
  Role?: string;
  Layers?: readonly (string | { Arn?: string })[];
  Environment?: { Variables?: Record<string, string> };
}): string =>
  JSON.stringify([
    settings.Runtime,
    settings.Handler,
    settings.Timeout,
    settings.MemorySize,
    settings.Role,
    (settings.Layers ?? []).map((layer) => (typeof layer === 'string' ? layer : layer.Arn)),
    sorted(settings.Environment?.Variables),
  ]);
