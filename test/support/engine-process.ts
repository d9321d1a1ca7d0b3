import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { EngineFile } from '../../local/engine/data-folder.ts';
import { eventually } from './eventually.ts';

const root = join(import.meta.dirname, '../..');

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

export interface EngineProcess {
  url: string;
  pid: number;
  /** What the engine wrote into its data folder for operators' commands. */
  readonly description: EngineFile;
  /** Ends the process with the signal and waits until it is gone. */
  end(signal: NodeJS.Signals): Promise<void>;
  output(): string;
}

/**
 * Starts the engine as `npm start` does, in a process of its own (`command` may be another that does), and waits until it
 * is healthy.
 */
export const startEngineProcess = async (options: {
  dataDir: string;
  port: number;
  context?: Record<string, unknown>;
  deadlineMilliseconds?: number;
  command?: readonly [string, ...string[]];
}): Promise<EngineProcess> => {
  const [program, ...args] = options.command ?? [process.execPath, 'local/main.ts'];
  const child: ChildProcess = spawn(program, args, {
    cwd: root,
    env: {
      ...process.env,
      PORT: String(options.port),
      CLOUD_DATA_DIR: options.dataDir,
      CLOUD_CONTEXT: JSON.stringify(options.context ?? {}),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = `http://127.0.0.1:${options.port}`;
  await eventually(
    'the engine is healthy',
    async () => {
      if (child.exitCode !== null) throw new Error(`the engine ended with ${child.exitCode}: ${output}`);
      return (await fetch(`${url}/health`)).status === 200;
    },
    options.deadlineMilliseconds ?? 60_000,
  ).catch((error) => {
    child.kill('SIGKILL');
    throw new Error(`${error.message}\n${output}`, { cause: error });
  });
  return {
    url,
    pid: child.pid as number,
    get description() {
      return JSON.parse(readFileSync(join(options.dataDir, 'engine.json'), 'utf8')) as EngineFile;
    },
    end: async (signal) => {
      child.kill(signal);
      await gone;
    },
    output: () => output,
  };
};
