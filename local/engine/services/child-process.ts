import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const hasSetpriv = (): boolean => spawnSync('setpriv', ['--version'], { stdio: 'ignore' }).status === 0;

/**
 * Starts a program that dies with this process, also when this process is killed with SIGKILL: the kernel sees to it
 * where there is `setpriv`, and else a small supervisor that notices when the pipe to it closes. It has a process group
 * of its own, so that Ctrl-C in a terminal reaches this process only, which then ends it in good order.
 */
export const spawnBound = (program: string, args: readonly string[]): ChildProcess =>
  hasSetpriv()
    ? spawn('setpriv', ['--pdeathsig', 'KILL', program, ...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      })
    : spawn(
        process.execPath,
        [fileURLToPath(new URL('./supervisor.ts', import.meta.url)), program, ...args],
        {
          stdio: ['pipe', 'pipe', 'pipe'],
          detached: true,
        },
      );
