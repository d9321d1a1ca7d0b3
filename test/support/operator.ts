import { execFile } from 'node:child_process';
import { join } from 'node:path';

export interface OperatorAnswer<T> {
  code: number;
  /** What `--json` gave. */
  data: T;
  stderr: string;
}

const script = join(import.meta.dirname, '../../scripts/ops.ts');

/** Runs `npm run ops -- <words> --json` on an engine, as its operator does. */
export const runOps = <T>(engine: { dataDir: string }, words: string): Promise<OperatorAnswer<T>> =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, CLOUD_DATA_DIR: engine.dataDir };
    execFile(
      process.execPath,
      [script, ...words.split(' '), '--json'],
      { env, maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const code = typeof error?.code === 'number' ? error.code : error ? 1 : 0;
        if (stdout === '') {
          resolve({ code, data: undefined as T, stderr });
          return;
        }
        try {
          resolve({ code, data: JSON.parse(stdout) as T, stderr });
        } catch (cause) {
          reject(new Error(`no JSON: ${stdout}\n${stderr}`, { cause }));
        }
      },
    );
  });
