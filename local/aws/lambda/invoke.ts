import { randomUUID } from 'node:crypto';
import type { InvokeCommandInput, InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { type Action, AwsError } from '../stand-in.ts';
import { mustNotBeNull, validationError } from '../validation.ts';
import type { LambdaEngine } from './engine.ts';
import { runOnce } from './run/run-once.ts';

type Output = Omit<InvokeCommandOutput, '$metadata' | 'Payload'> & { Payload: Uint8Array };

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maxPayloadBytes = 6 * 1024 * 1024;
const maxTailBytes = 4_096;

const eventOf = (payload: Buffer): unknown => {
  const text = payload.toString('utf8');
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new AwsError(
      'InvalidRequestContentException',
      'Could not parse request body into json: Unexpected character.',
    );
  }
};

/** Synchronous invocation of the latest code: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export const invoke =
  (engine: LambdaEngine): Action<InvokeCommandInput, Output> =>
  async (input, caller) => {
    const { FunctionName, InvocationType = 'RequestResponse', LogType } = input;
    const sent = Buffer.from((input.Payload ?? []) as Uint8Array);
    if (!FunctionName) throw validationError(mustNotBeNull('functionName'));
    if (InvocationType !== 'RequestResponse')
      throw new AwsError('InvalidParameterValueException', 'The local engine knows RequestResponse only.');
    if (sent.length > maxPayloadBytes)
      throw new AwsError(
        'RequestTooLargeException',
        'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
        413,
      );
    const record = engine.store.get(caller, FunctionName);
    const event = eventOf(sent);
    if (!record.updated && engine.clock.now() < record.activeAt)
      throw new AwsError(
        'ResourceConflictException',
        'The operation cannot be performed at this time. The function is currently in the following state: Pending',
        409,
      );
    const requestId = randomUUID();
    const folder = await engine.codeFolder(record, () => engine.store.code(record));
    const scratch = await engine.scratchFolder();
    const { payload, error, output } = await runOnce({ record, event, requestId, folder, scratch });
    const log = Buffer.concat([
      Buffer.from(`START RequestId: ${requestId} Version: $LATEST\n`),
      output,
      Buffer.from(`${output.length > 0 && output.at(-1) !== 0x0a ? '\n' : ''}END RequestId: ${requestId}\n`),
      Buffer.from(`REPORT RequestId: ${requestId}\tMemory Size: ${record.memorySize} MB\t\n`),
    ]);
    return {
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
      ...(error && { FunctionError: error }),
      ...(LogType === 'Tail' && { LogResult: log.subarray(-maxTailBytes).toString('base64') }),
      Payload: Buffer.from(payload),
    };
  };
