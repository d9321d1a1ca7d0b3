/** Runs in a function's own thread: loads the bundle once, then answers invocations, several at a time where asked. */
import { parentPort, workerData } from 'node:worker_threads';
import { printInto } from './print-into.ts';
import type { FromThread, FunctionError, Invoke, ThreadData } from './protocol.ts';
import { showTimeOf } from './shared-clock.ts';

const { module, handlerName, log, clock } = workerData as ThreadData;
const answer = (message: FromThread): void => parentPort?.postMessage(message);

const describe = (error: unknown): FunctionError =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') }
    : { errorType: 'Error', errorMessage: String(error) };

type Handler = (event: unknown, context: object) => unknown;

const invoke = async (
  handler: Handler,
  { id, event, context, timeoutMilliseconds }: Invoke,
): Promise<void> => {
  const deadline = performance.now() + timeoutMilliseconds;
  const lambdaContext = {
    ...context,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
  };
  try {
    const result = await handler(JSON.parse(event), lambdaContext);
    answer({ kind: 'result', id, payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    answer({ kind: 'error', id, error: describe(error) });
  }
};

if (log !== undefined) printInto(log);
if (clock) showTimeOf(clock);
try {
  const loaded = (await import(module)) as Record<string, unknown>;
  const handler = loaded[handlerName];
  if (typeof handler !== 'function') throw new Error(`${module} exports no function ${handlerName}`);
  parentPort?.on('message', (message: Invoke) => void invoke(handler as Handler, message));
  answer({ kind: 'ready' });
} catch (error) {
  answer({ kind: 'failed', error: describe(error) });
}
