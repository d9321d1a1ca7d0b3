import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../local/engine/free-port.ts';
import { spawnBound } from '../../local/engine/services/child-process.ts';
import { dynoxideBinary } from '../../local/engine/services/dynoxide-binary.ts';

/** A private DynamoDB-compatible server. */
export interface DynamoDbServer {
  url: string;
  stop(): Promise<void>;
}

const startDeadlineMilliseconds = 10_000;
const portTries = 5;

const answers = async (url: string): Promise<boolean> => {
  try {
    await fetch(url, { signal: AbortSignal.timeout(1000) });
    return true;
  } catch {
    return false;
  }
};

/** Waits until the child answers; false where it has ended, as it does when somebody else took the port. */
const isUp = async (child: ChildProcess, url: string): Promise<boolean> => {
  const deadline = Date.now() + startDeadlineMilliseconds;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) return false;
    if (await answers(url)) return child.exitCode === null;
    await pause(5);
  }
  throw new Error(`the DynamoDB server did not answer on ${url}`);
};

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
};

/**
 * Starts a dynoxide of its own on a free loopback port. It keeps everything in memory (a file with `databasePath`),
 * dies with this process, and starts in a few dozen milliseconds, so each test file can have one.
 */
export const startDynoxide = async (options: { databasePath?: string } = {}): Promise<DynamoDbServer> => {
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const path = options.databasePath ? ['--db-path', options.databasePath] : [];
    const child = spawnBound(dynoxideBinary(), [
      'serve',
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      ...path,
    ]);
    child.stdout?.resume();
    child.stderr?.resume();
    if (await isUp(child, url)) return { url, stop: () => stop(child) };
    if (tries === portTries) throw new Error(`the DynamoDB server did not start in ${portTries} tries`);
  }
};
