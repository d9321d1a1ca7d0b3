import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';

/** Runs a function with an event and gives its answer. @throws Error with what the function failed for */
export type Invoke = (functionName: string, event: unknown) => Promise<unknown>;

/** The function's own code runs as AWS would run it; the caller waits for its end. */
export const awsInvoke =
  (lambda: LambdaClient): Invoke =>
  async (FunctionName, event) => {
    const { Payload, FunctionError } = await lambda.send(
      new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)) }),
    );
    const text = Payload ? Buffer.from(Payload).toString() : 'null';
    if (FunctionError) throw new Error(`${FunctionName} failed: ${text}`);
    return JSON.parse(text);
  };

/** The same in the engine, by its local control. */
export const engineInvoke =
  (controlUrl: string): Invoke =>
  async (functionName, event) => {
    const response = await fetch(controlUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ control: 'invoke', arguments: [functionName, JSON.stringify(event)] }),
    });
    const { output, error } = (await response.json()) as { output?: unknown; error?: string };
    if (error !== undefined) throw new Error(`${functionName} failed: ${error}`);
    return output;
  };
