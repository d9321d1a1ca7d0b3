import { fileURLToPath } from 'node:url';
import { runBounded } from './bounded-process.ts';
import { environmentOf } from './environment.ts';
import { nodePermissions } from './node-permissions.ts';
import { findProgram } from './programs.ts';
import { failure, type Outcome, type Run } from './run-once.ts';

const runnerOf = (name: string): string => fileURLToPath(new URL(`./${name}`, import.meta.url));

/** How a handler of a runtime is called: the program, and what it is started with. */
const callers: Record<string, { program: string; args(run: Run): string[] }> = {
  nodejs: {
    program: 'node',
    args: (run) => {
      const runner = runnerOf('node-runner.mjs');
      return [...nodePermissions(run, [runner]), runner];
    },
  },
  python: { program: 'python3', args: () => [runnerOf('python_runner.py')] },
};

interface Answered {
  result?: unknown;
  error?: { errorType: string; errorMessage: string };
}

const answerOf = (bytes: Buffer): Answered | undefined =>
  bytes.length > 0 ? (JSON.parse(bytes.toString('utf8')) as Answered) : undefined;

/** A plain handler: the export that the function names, called with the event. */
export const runHandler = async (run: Run): Promise<Outcome> => {
  const { record, folder, event, requestId } = run;
  const none = Buffer.alloc(0);
  const caller = callers[record.runtime.replace(/\d.*$/, '')];
  if (!caller)
    return failure(
      'Runtime.InvalidEntrypoint',
      `a handler of ${record.runtime} can't be called on this machine; a file of the archive can be run`,
      none,
    );
  const program = findProgram(caller.program);
  if (!program)
    return failure(
      'Runtime.InvalidEntrypoint',
      `${record.runtime} needs ${caller.program}, which is not on this machine`,
      none,
    );
  const { exitCode, timedOut, output, answer } = await runBounded({
    program,
    args: [...caller.args(run), record.handler, requestId],
    folder,
    environment: environmentOf(run),
    input: JSON.stringify(event),
    timeoutSeconds: record.timeout,
  });
  if (timedOut)
    return failure(
      'Sandbox.Timedout',
      `RequestId: ${requestId} Error: Task timed out after ${record.timeout}.00 seconds`,
      output,
    );
  const answered = answerOf(answer);
  if (answered?.error) return { payload: JSON.stringify(answered.error), error: 'Unhandled', output };
  if (!answered)
    return failure(
      'Runtime.ExitError',
      `RequestId: ${requestId} Error: Runtime exited with error: exit status ${exitCode}`,
      output,
    );
  return { payload: JSON.stringify(answered.result ?? null), output };
};
