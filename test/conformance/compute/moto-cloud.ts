import { type ChildProcess, execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { EC2Client } from '@aws-sdk/client-ec2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { awsClient } from '../../../lib/platform/aws/client.ts';
import { freePort } from '../../../local/engine/free-port.ts';
import { spawnBound } from '../../../local/engine/services/child-process.ts';
import type { Cloud } from './cloud.ts';
import { createLandingNetwork } from './landing-network.ts';

const version = '5.2.5';
const startDeadlineMilliseconds = 60_000;

const run = promisify(execFile);

/** A virtual environment that holds moto, made once on a machine and never seen half made. */
const installMoto = async (): Promise<string> => {
  const home = join(tmpdir(), 'thecloud-conformance');
  const folder = join(home, `moto-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(home, { recursive: true });
  const half = mkdtempSync(join(home, 'installing-'));
  await run('python3', ['-m', 'venv', half]);
  await run(join(half, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', `moto[server]==${version}`]);
  if (existsSync(folder)) rmSync(half, { recursive: true });
  else renameSync(half, folder);
  return folder;
};

const answers = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(`${url}/moto-api/data.json`, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false;
  }
};

const untilUp = async (child: ChildProcess, url: string): Promise<void> => {
  const deadline = Date.now() + startDeadlineMilliseconds;
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`moto ended with ${child.exitCode}`);
    if (Date.now() > deadline) throw new Error(`moto did not answer on ${url}`);
    await pause(50);
  }
};

/** moto, an independent implementation of AWS's wire formats, on a free loopback port. */
export const startMotoServer = async (): Promise<{ url: string; stop(): Promise<void> }> => {
  const folder = await installMoto();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawnBound(join(folder, 'bin', 'python'), [
    join(folder, 'bin', 'moto_server'),
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
  ]);
  child.stdout?.resume();
  child.stderr?.resume();
  await untilUp(child, url);
  return {
    url,
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
};

/** Settings of a client that asks the given server. */
export const clientSettings = (url: string) => ({
  endpoint: url,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

/** EC2 and SSM as moto has them. */
export const startMoto = async (): Promise<Cloud> => {
  const { url, stop } = await startMotoServer();
  const ec2 = awsClient(EC2Client, 'EC2', clientSettings(url));
  const ssm = awsClient(SSMClient, 'SSM', clientSettings(url));
  const ec2Once = awsClient(EC2Client, 'EC2', { ...clientSettings(url), maxAttempts: 1 });
  const network = await createLandingNetwork(ec2);
  return { ec2, ec2Once, ssm, ...network, launchesTheLeast: true, stop };
};
