import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../../../local/engine/free-port.ts';
import { spawnBound } from '../../../local/engine/services/child-process.ts';
import type { DynamoDbServer } from '../../support/dynoxide.ts';

const startDeadlineMilliseconds = 60_000;

/** As it stands in `pom.xml`. */
const version = '2.6.1';

/** The server and what it needs: some 50 MB, fetched with `mvn` once on a machine and never seen half fetched. */
const install = async (): Promise<string> => {
  const home = join(tmpdir(), 'thecloud-conformance');
  const folder = join(home, `dynamodb-local-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(home, { recursive: true });
  const half = mkdtempSync(join(home, 'installing-'));
  const pom = join(import.meta.dirname, 'pom.xml');
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${half}`];
  await promisify(execFile)('mvn', ['-q', '-B', '-f', pom, ...goal]);
  if (existsSync(folder)) rmSync(half, { recursive: true });
  else renameSync(half, folder);
  return folder;
};

const answers = async (url: string): Promise<boolean> => {
  try {
    await fetch(url, { signal: AbortSignal.timeout(1000) });
    return true;
  } catch {
    return false;
  }
};

/** Starts AWS's own DynamoDB Local, in memory, on a free loopback port. Needs `mvn`, and `java` 17 with its compiler. */
export const startDynamoDbLocal = async (): Promise<DynamoDbServer> => {
  const folder = await install();
  const port = await freePort();
  const child = spawnBound('java', [
    `-Djava.library.path=${folder}`,
    '-cp',
    join(folder, '*'),
    join(import.meta.dirname, 'DynamoDbLocal.java'),
    String(port),
  ]);
  child.stdout?.resume();
  let complaints = '';
  child.stderr?.on('data', (chunk) => {
    complaints = `${complaints}${chunk}`.slice(-2000);
  });
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + startDeadlineMilliseconds;
  while (!(await answers(url))) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`DynamoDB Local did not start: ${complaints}`);
    await pause(50);
  }
  return {
    url,
    stop: async () => {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
};
