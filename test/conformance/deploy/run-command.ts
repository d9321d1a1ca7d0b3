import { spawn } from 'node:child_process';

/**
 * Runs a program to its end and gives what it printed.
 * @throws Error with the output if it ends with anything but 0
 */
export const run = (
  command: string,
  parameters: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, parameters, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else
        reject(new Error(`${command} ${parameters.join(' ')} ended with ${code}:\n${output.slice(-6000)}`));
    });
  });
