import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import type { HostedFunction } from '../backend.ts';
import { type RuntimeRules, runtimes } from '../runtimes.ts';
import { type FunctionPlace, logGroupName, roleArn } from './names.ts';

/** The part of CreateFunction and UpdateFunctionConfiguration that both have. */
export type LambdaSettings = Required<
  Pick<FunctionConfiguration, 'Runtime' | 'Handler' | 'Timeout' | 'MemorySize' | 'Environment'>
> & { Layers: string[]; Role: string; LoggingConfig: { LogFormat: 'Text'; LogGroup: string } };

/** In the layer: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html#runtime-wrapper */
const wrapper = '/opt/thecloud/run';

/**
 * What Lambda is told of a function. A function of the process model has the layer, whose script takes the place of the
 * runtime's own loop and starts the named file for each invocation.
 */
export const lambdaSettings = (
  { tenant, runtime, model, handler, timeoutSeconds, memoryMegabytes, environment }: HostedFunction,
  place: Pick<FunctionPlace, 'layerArn' | 'rolesArn' | 'logGroupsArn'>,
): LambdaSettings => {
  const rules: RuntimeRules = runtimes[runtime];
  const asProcess = model === 'process';
  return {
    Runtime: rules.lambda,
    Handler: handler,
    Timeout: timeoutSeconds,
    MemorySize: memoryMegabytes,
    Role: roleArn(place, tenant),
    LoggingConfig: { LogFormat: 'Text', LogGroup: logGroupName(place, tenant) },
    Layers: asProcess ? [place.layerArn] : [],
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
  LoggingConfig?: { LogGroup?: string };
  Layers?: readonly (string | { Arn?: string })[];
  Environment?: { Variables?: Record<string, string> };
}): string =>
  JSON.stringify([
    settings.Runtime,
    settings.Handler,
    settings.Timeout,
    settings.MemorySize,
    settings.Role,
    settings.LoggingConfig?.LogGroup,
    (settings.Layers ?? []).map((layer) => (typeof layer === 'string' ? layer : layer.Arn)),
    sorted(settings.Environment?.Variables),
  ]);
