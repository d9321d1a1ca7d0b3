import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** Where the children's scripts are built: as TypeScript, each process would begin by compiling itself. */
export const childrenFolder = join(import.meta.dirname, '../dist/bench/children');

/**
 * Runs a child on one processor, so that the emulator on the other does not compete; gives the JSON it prints last on its
 * standard error. Its log lines are written to nowhere.
 */
export const child = async <T>(script: 'cold' | 'warm', args: readonly string[]): Promise<T> => {
  const command = [process.execPath, join(childrenFolder, `${script}.mjs`), ...args];
  const started = spawn('taskset', ['-c', '1', ...command], {
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [printed, [code]] = await Promise.all([text(started.stderr), once(started, 'close')]);
  if (code !== 0) throw new Error(`${script} of ${args[0]} ended with ${code}:\n${printed}`);
  return JSON.parse(printed.trim().split('\n').at(-1) ?? '') as T;
};
