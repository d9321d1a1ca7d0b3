import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newAccount } from '../test/support/api-client.ts';
import { zip } from '../test/support/zip.ts';
import { median } from './statistics.ts';
import { withEngine } from './with-engine.ts';

export interface InvocationFigures {
  what: string;
  /** From the request to its answer, in milliseconds. */
  median: number;
  /** Of the bare child process, measured in turn with it. */
  ofBare: number;
}

const source = 'console.log(process.env.PAYLOAD)';
const handlerSource = 'exports.handler = async (event) => event';

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
};

/** What an invocation can't do without: a process of Node that runs the file, and its output. */
const runBare = (file: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file], {
      env: { PAYLOAD: 'x' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 && output === 'x\n' ? resolve() : reject(new Error(`a bare process ended with ${code}`)),
    );
  });

/** Invocations through the local engine's API, next to a bare child process of the same file, in turn with it. */
export const measureInvocations = (rounds = 15): Promise<InvocationFigures[]> =>
  withEngine(async (engine, dataDir) => {
    const { api } = await newAccount(engine.url, 'bench');
    const file = join(dataDir, 'bare.js');
    await writeFile(file, source);
    const create = async (name: string, handler: string, text: string): Promise<string> => {
      const code = (await zip({ 'index.js': text })).toString('base64');
      const made = await api.post<{ id: string }>('/functions', { name, runtime: 'nodejs20', handler, code });
      if (made.status !== 201) throw new Error(`no function: ${made.text}`);
      return made.data.id;
    };
    const invoke = async (id: string): Promise<void> => {
      const { data, text } = await api.post<{ status: string }>(`/functions/${id}/invoke`, 'x');
      if (data?.status !== 'SUCCESS') throw new Error(`an invocation failed: ${text}`);
    };
    const bare: number[] = [];
    const cold: number[] = [];
    const asProcess: number[] = [];
    const asHandler: number[] = [];
    const [warm, handler] = [
      await create('warm', 'index.js', source),
      await create('handler', 'index.handler', handlerSource),
    ];
    for (const id of [warm, handler]) await invoke(id);
    for (let round = 0; round < rounds; round++) {
      bare.push(await timed(() => runBare(file)));
      asProcess.push(await timed(() => invoke(warm)));
      asHandler.push(await timed(() => invoke(handler)));
      const fresh = await create(`cold-${round}`, 'index.js', source);
      cold.push(await timed(() => invoke(fresh)));
      await api.delete(`/functions/${fresh}`);
    }
    const figures = (what: string, times: readonly number[]): InvocationFigures => ({
      what,
      median: median(times),
      ofBare: median(times.map((time, round) => time / (bare[round] as number))),
    });
    return [
      figures('a bare child process', bare),
      figures('a file, called before', asProcess),
      figures('a plain handler, called before', asHandler),
      figures('a file, just created: waits until Lambda has it', cold),
    ];
  });
