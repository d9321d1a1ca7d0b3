import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs a child on one processor, so that the emulator on the other does not compete; gives the JSON it prints. */
export const child = async <T>(script: 'cold' | 'warm', args: readonly string[]): Promise<T> => {
  const command = [process.execPath, join(import.meta.dirname, 'children', `${script}.ts`), ...args];
  const { stderr } = await run('taskset', ['-c', '1', ...command], {
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
    maxBuffer: 1 << 26,
  });
  const line = stderr.trim().split('\n').at(-1) ?? '';
  return JSON.parse(line) as T;
};
