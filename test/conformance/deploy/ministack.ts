import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { request } from './request.ts';
import { run } from './run-command.ts';

/** The version whose limits `docs/limits-of-emulators.md` lists. */
const version = '1.5.33';

/** Node 24, as the functions run on it: the emulator takes the first `node` on its PATH. */
const nodeFolder = dirname(process.execPath);

export interface MiniStack {
  url: string;
  /** The certificate it made for itself, in PEM. */
  certificateFile: string;
  certificate: string;
  /** Credentials of its account's root, made for this server alone: the CDK remembers accounts by access key. */
  credentials: { accessKeyId: string; secretAccessKey: string };
  logFile: string;
  stop(): Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** Installs the emulator into a virtual environment of its own, kept between runs in the temporary folder. */
const install = async (): Promise<string> => {
  const environment = join(tmpdir(), `the-cloud-ministack-${version}`);
  if (!existsSync(join(environment, 'bin/ministack'))) {
    await run('python3', ['-m', 'venv', environment]);
    await run(join(environment, 'bin/pip'), ['install', '--quiet', `ministack==${version}`]);
  }
  return join(environment, 'bin');
};

const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));

/**
 * Starts the emulator on a free port of 127.0.0.1, over TLS (our queues and buckets refuse anything else) and with its
 * enforcement of IAM policies.
 * @param options `isOpen`: without either, for adapters that are tried by themselves
 * @throws Error if it does not answer within a minute
 */
export const startMiniStack = async ({ isOpen = false } = {}): Promise<MiniStack> => {
  const bin = await install();
  const folder = mkdtempSync(join(tmpdir(), 'deploy-proof-'));
  mkdirSync(join(folder, 'home'));
  const port = await freePort();
  const suffix = Math.random().toString(36).slice(2, 12).toUpperCase().padEnd(10, 'X');
  const credentials = { accessKeyId: `AKIAPROOF0${suffix}`, secretAccessKey: `proof-${suffix}` };
  const logFile = join(folder, 'ministack.log');
  const child = spawn(join(bin, 'ministack'), {
    cwd: folder,
    // Nothing of our own environment: certificates and proxies named there would reach the functions.
    env: {
      PATH: `${nodeFolder}:${bin}:/usr/local/bin:/usr/bin:/bin`,
      HOME: join(folder, 'home'),
      TMPDIR: folder,
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      ...(isOpen ? {} : { AUTH: 'true', USE_SSL: '1' }),
      STATE_DIR: join(folder, 'state'),
      S3_DATA_DIR: join(folder, 's3'),
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    // A group of its own, so that the functions' processes end with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(logFile);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });

  const stop = async (): Promise<void> => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
    const forced = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'), 10_000);
    await ended(child);
    clearTimeout(forced);
    log.end();
    rmSync(folder, { recursive: true, force: true });
  };

  const certificateFile = join(folder, 'ministack-tls/server.crt');
  const url = `${isOpen ? 'http' : 'https'}://127.0.0.1:${port}`;
  const started = { url, certificateFile, credentials, logFile, stop };
  for (const deadline = Date.now() + 60_000; ; await delay(100)) {
    if (isOpen && (await fetch(`${url}/_ministack/health`).catch(() => undefined))?.ok)
      return { ...started, certificate: '' };
    if (!isOpen && existsSync(certificateFile)) {
      const certificate = readFileSync(certificateFile, 'utf8');
      const health = await request(`${url}/_ministack/health`, { certificate }).catch(() => undefined);
      if (health?.status === 200) {
        if (JSON.parse(health.body).auth !== 'enabled')
          throw new Error('MiniStack does not enforce IAM policies.');
        return { ...started, certificate };
      }
    }
    if (child.exitCode !== null || Date.now() > deadline) {
      const end = readFileSync(logFile, 'utf8').slice(-3000);
      await stop();
      throw new Error(`MiniStack did not start:\n${end}`);
    }
  }
};
