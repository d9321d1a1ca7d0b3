import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { Invoker, Ran } from '../backend.ts';
import { timedOutCode } from '../limits.ts';
import { lambdaFailure } from './failures.ts';
import { functionName } from './names.ts';

/** Lines of Lambda's own around those of the function. */
const platformLine = /^(?:START|END|REPORT|XRAY|INIT_START|EXTENSION|TELEMETRY)\b/;

/** What the function itself has written of the last 4 KB that Lambda gives back. */
const ownLines = (logResult: string | undefined): string =>
  Buffer.from(logResult ?? '', 'base64')
    .toString('utf8')
    .split('\n')
    .filter((line) => !platformLine.test(line))
    .join('\n')
    .trimStart();

const parsed = (text: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // Not JSON, so none of the answers that are looked for here.
    return {};
  }
};

/** A plain handler is given JSON: what is none is given as the text that it is. */
const jsonOf = (payload: Uint8Array): string => {
  const text = Buffer.from(payload).toString('utf8');
  if (text === '') return '{}';
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify(text);
  }
};

const failed = (answer: string, logs: string): Ran => {
  const { errorType = 'Error', errorMessage = 'the function failed' } = parsed(answer);
  const timedOut = errorType === 'Sandbox.Timedout' || /Task timed out after/.test(String(errorMessage));
  const line = `${errorType}: ${errorMessage}`;
  return {
    statusCode: timedOut ? timedOutCode : 1,
    logs: logs === '' ? line : `${logs.trimEnd()}\n${line}`,
  };
};

/** The Invoker port on AWS Lambda. Never tries again by itself: an invocation has effects. */
export const createLambdaInvoker = (lambda: LambdaClient, prefix: string): Invoker => ({
  async invoke({ functionId, model }, payload, signal) {
    const asProcess = model === 'process';
    const body = asProcess
      ? JSON.stringify({ payload: Buffer.from(payload).toString('base64') })
      : jsonOf(payload);
    const command = new InvokeCommand({
      FunctionName: functionName(prefix, functionId),
      InvocationType: 'RequestResponse',
      LogType: 'Tail',
      Payload: Buffer.from(body),
    });
    const { Payload, FunctionError, LogResult } = await lambda
      .send(command, { abortSignal: signal })
      .catch((error: unknown) => {
        throw lambdaFailure(error);
      });
    const answer = Buffer.from(Payload ?? []).toString('utf8');
    const logs = ownLines(LogResult);
    if (FunctionError) return failed(answer, logs);
    if (!asProcess)
      return {
        statusCode: 0,
        logs,
        ...(answer !== '' && { result: answer }),
      };
    const { exit_code, logs: output } = parsed(answer);
    return {
      statusCode: Number(exit_code ?? 1),
      logs: Buffer.from(String(output ?? ''), 'base64').toString('utf8'),
    };
  },
});
