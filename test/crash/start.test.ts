import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { newAccount } from '../support/api-client.ts';
import { type EngineProcess, freePort, startEngineProcess } from '../support/engine-process.ts';
import { eventually } from '../support/eventually.ts';

const root = join(import.meta.dirname, '../..');

/** Processes that the engine has started, directly or not. */
const descendants = (pid: number): number[] => {
  const own = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);
  return [...own, ...own.flatMap(descendants)];
};

const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

describe('npm start', () => {
  const engines: EngineProcess[] = [];
  const folders: string[] = [];
  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.end('SIGKILL');
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
  });

  const newFolder = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cloud-start-'));
    folders.push(folder);
    return folder;
  };
  const start = async (dataDir: string) => {
    const engine = await startEngineProcess({ dataDir, port: await freePort() });
    engines.push(engine);
    return engine;
  };
  /** Starts it where it must refuse, and gives what it says. */
  const refusal = async (
    environment: Record<string, string>,
  ): Promise<{ code: number | null; text: string }> => {
    const child: ChildProcess = spawn(process.execPath, ['local/main.ts'], {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    child.stdout?.on('data', (chunk) => (text += chunk));
    child.stderr?.on('data', (chunk) => (text += chunk));
    const [code] = (await once(child, 'exit')) as [number | null];
    return { code, text };
  };

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'leaves no child behind after %s, and keeps its data',
    async (signal) => {
      const dataDir = await newFolder();
      const engine = await start(dataDir);
      const user = await newAccount(engine.url);
      const children = descendants(engine.pid);
      expect(children, 'the table server is a child').not.toEqual([]);
      await engine.end(signal);
      await eventually('every child has ended', async () => !children.some(isAlive), 5_000);
      const again = await start(dataDir);
      const answer = await fetch(`${again.url}/auth/keys`, {
        headers: { 'x-api-key': user.api.key as string },
      });
      expect(answer.status).toBe(200);
    },
  );

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'ends with the npm that started it, also when %s is sent to npm alone',
    async (signal) => {
      const command = ['npm', 'start'] as const;
      const npm = await startEngineProcess({ dataDir: await newFolder(), port: await freePort(), command });
      engines.push(npm);
      const children = descendants(npm.pid);
      expect(children.length, 'the engine and its table server').toBeGreaterThanOrEqual(2);
      await npm.end(signal);
      await eventually('every child has ended', async () => !children.some(isAlive), 20_000);
    },
  );

  it('refuses a second engine on one data folder, a port that is taken and a context that is none, and says what to do', async () => {
    const dataDir = await newFolder();
    const engine = await start(dataDir);
    const second = await refusal({ CLOUD_DATA_DIR: dataDir, PORT: String(await freePort()) });
    expect(second.code).not.toBe(0);
    expect(second.text).toContain('CLOUD_DATA_DIR');
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const onTaken = await refusal({ CLOUD_DATA_DIR: await newFolder(), PORT: String(port) });
    expect(onTaken.code).not.toBe(0);
    expect(onTaken.text).toContain('PORT');
    taken.close();
    const unknown = await refusal({
      CLOUD_DATA_DIR: await newFolder(),
      PORT: '0',
      CLOUD_CONTEXT: '{"rateLimits":{}}',
    });
    expect(unknown.code).not.toBe(0);
    expect(unknown.text).toContain('rateLimits');
    expect((await fetch(`${engine.url}/health/live`)).status, 'the first one runs on').toBe(200);
  });
});
