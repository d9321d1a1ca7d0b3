import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../free-port.ts';
import { spawnBound } from './child-process.ts';
import { dynoxideBinary } from './dynoxide-binary.ts';

/** A DynamoDB-compatible server with its data in the data folder. */
export interface DynamoDbServer {
  url: string;
  /** Process id of the server; undefined where the server is not ours. */
  pid(): number | undefined;
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

const startDeadlineMilliseconds = 10_000;

const answers = async (url: string): Promise<boolean> => {
  try {
    await fetch(url, { signal: AbortSignal.timeout(1000) });
    return true;
  } catch {
    return false;
  }
};

const waitUntilUp = async (child: ChildProcess, url: string, complaints: () => string): Promise<void> => {
  const deadline = Date.now() + startDeadlineMilliseconds;
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`the DynamoDB server ended at once: ${complaints()}`);
    if (Date.now() > deadline)
      throw new Error(`the DynamoDB server did not answer on ${url}: ${complaints()}`);
    await pause(5);
  }
};

interface Running {
  child: ChildProcess;
  complaints(): string;
}

const launch = (port: number, dataFile: string): Running => {
  const child = spawnBound(dynoxideBinary(), [
    'serve',
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--db-path',
    dataFile,
  ]);
  let complaints = '';
  child.stderr?.on('data', (chunk) => {
    complaints = `${complaints}${chunk}`.slice(-2000);
  });
  child.stdout?.resume();
  return { child, complaints: () => complaints };
};

const end = async (child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  const force = setTimeout(() => child.kill('SIGKILL'), 3000);
  await exited;
  clearTimeout(force);
};

/**
 * Starts the server on a free port, or uses the one that `AWS_ENDPOINT_URL_DYNAMODB` or `AWS_ENDPOINT_URL` names. Our
 * own server is started again on the same port and data when it ends without having been stopped; `report` is told.
 */
export const startDynamoDb = async (
  dataDir: string,
  report: (problem: string) => void,
): Promise<DynamoDbServer> => {
  const external = process.env.AWS_ENDPOINT_URL_DYNAMODB ?? process.env.AWS_ENDPOINT_URL;
  if (external) return { url: external, pid: () => undefined, stop: async () => undefined };
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const dataFile = join(dataDir, 'dynamodb.sqlite');
  let stopping = false;
  let running = launch(port, dataFile);
  const watch = ({ child, complaints }: Running): void => {
    child.on('exit', (code, signal) => {
      if (stopping) return;
      report(`the DynamoDB server ended with ${signal ?? code} and is started again. ${complaints()}`);
      running = launch(port, dataFile);
      watch(running);
    });
  };
  await waitUntilUp(running.child, url, running.complaints);
  watch(running);
  return {
    url,
    pid: () => running.child.pid,
    stop: (signal = 'SIGTERM') => {
      stopping = true;
      return end(running.child, signal);
    },
  };
};
