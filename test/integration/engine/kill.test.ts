import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { startEngine } from '../../../local/engine/index.ts';
import { eventually } from './fixture/eventually.ts';
import { newWorkspace } from './fixture/workspace.ts';

const workspace = newWorkspace();
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  workspace.remove();
});

interface Running {
  child: ChildProcess;
  url: string;
  dynamoDbPid: number;
}

const startProcess = async (): Promise<Running> => {
  const program = fileURLToPath(new URL('./fixture/engine-process.ts', import.meta.url));
  const child = spawn(process.execPath, [program, workspace.dataDir, workspace.assembly], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = await once(child.stdout, 'data');
  return { child, ...JSON.parse(String(line)) };
};

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const put = (url: string, id: string) =>
  fetch(`${url}/items/${id}`, { method: 'PUT', body: 'x', headers: { 'content-type': 'text/plain' } });

/** Writes one item after another, until told to stop or nobody answers; gives the ids that were answered. */
const writer = async (url: string, name: string, stopped: () => boolean): Promise<string[]> => {
  const answered: string[] = [];
  for (let n = 0; !stopped(); n += 1) {
    const response = await put(url, `${name}-${n}`).catch(() => undefined);
    if (!response) break;
    if (response.status === 201) answered.push(`${name}-${n}`);
  }
  return answered;
};

const isDone = async (url: string, id: string): Promise<boolean> =>
  ((await (await fetch(`${url}/items/${id}`)).json()) as { done: boolean }).done;

describe('SIGKILL', () => {
  it('of the engine loses nothing that was answered and leaves no child', async () => {
    const { child, url, dynamoDbPid } = await startProcess();
    const writers = ['a', 'b', 'c', 'd'].map((name) => writer(url, name, () => false));
    await eventually(
      () => fetch(`${url}/items/c-20`).then(({ status }) => status),
      (status) => status === 200,
    );
    child.kill('SIGKILL');
    const answered = (await Promise.all(writers)).flat();
    expect(answered.length).toBeGreaterThan(20);
    await eventually(
      () => lives(dynamoDbPid),
      (alive) => !alive,
    );

    const again = await startEngine({ ...workspace, quiet: true });
    for (const id of answered) await eventually(() => isDone(again.url, id), Boolean);
    await again.stop();
  });

  it('of the DynamoDB server loses no answered write, and a new one takes its place', async () => {
    const engine = await startEngine({ ...workspace, quiet: true });
    let stop = false;
    const writers = ['e', 'f', 'g', 'h'].map((name) => writer(engine.url, name, () => stop));
    await eventually(
      () => fetch(`${engine.url}/items/f-20`).then(({ status }) => status),
      (status) => status === 200,
    );
    const killed = engine.dynamoDbPid() ?? 0;
    process.kill(killed, 'SIGKILL');
    await eventually(
      () => engine.dynamoDbPid(),
      (pid) => pid !== undefined && pid !== killed,
    );
    await eventually(
      () => put(engine.url, 'probe').then(({ status }) => status),
      (status) => status === 201,
    );
    stop = true;
    const answered = (await Promise.all(writers)).flat();
    expect(answered.length).toBeGreaterThan(20);
    for (const id of answered) await eventually(() => isDone(engine.url, id), Boolean);
    await engine.stop();
  });
});
