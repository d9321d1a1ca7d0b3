import { join } from 'node:path';
import { runBounded } from './bounded-process.ts';
import { environmentOf } from './environment.ts';
import { nodePermissions } from './node-permissions.ts';
import { findProgram } from './programs.ts';
import { failure, type Outcome, type Run } from './run-once.ts';

/**
 * What the layer's script does on Lambda: a process for each invocation, of the file that is named, with the payload in the
 * variable `PAYLOAD`; its exit code and output are the answer.
 */
export const runAsProcess = async (run: Run): Promise<Outcome> => {
  const { record, folder, event } = run;
  const { THECLOUD_COMMAND = '', THECLOUD_FILE = '' } = record.variables;
  const [interpreter, ...options] = THECLOUD_COMMAND.split(' ').filter(Boolean);
  const file = join(folder, THECLOUD_FILE);
  const program = interpreter === undefined ? file : findProgram(interpreter);
  if (!program)
    return failure(
      'Runtime.InvalidEntrypoint',
      `${record.runtime} needs ${interpreter}, which is not on this machine`,
      Buffer.alloc(0),
    );
  const payload = Buffer.from(String((event as { payload?: unknown }).payload ?? ''), 'base64');
  const permissions = interpreter === 'node' ? nodePermissions(run) : [];
  const { exitCode, timedOut, output } = await runBounded({
    program,
    args: interpreter === undefined ? [] : [...permissions, ...options, file],
    folder,
    environment: { ...environmentOf(run), PAYLOAD: payload.toString('utf8') },
    timeoutSeconds: record.timeout,
  });
  const logs = timedOut
    ? Buffer.concat([output, Buffer.from(`\nTask timed out after ${record.timeout}.00 seconds\n`)])
    : output;
  return {
    payload: JSON.stringify({ exit_code: timedOut ? 124 : exitCode, logs: logs.toString('base64') }),
    output: logs,
  };
};
