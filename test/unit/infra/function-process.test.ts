import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const script = join(import.meta.dirname, '../../../infra/layers/function-process/thecloud/run');

interface Answer {
  exit_code: number;
  logs: string;
}

/** Lambda's runtime API: hands out events, and takes their answers. */
const runtimeApi = () => {
  const waiting: { payload: string; deadlineMilliseconds: number; done(answer: Answer): void }[] = [];
  const answers = new Map<string, (answer: Answer) => void>();
  let poll: (() => void) | undefined;
  let count = 0;
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.url?.endsWith('/next')) {
      if (waiting.length === 0)
        await new Promise<void>((resolve) => {
          poll = resolve;
        });
      const event = waiting.shift();
      if (!event) return response.destroy();
      const id = `request-${count++}`;
      answers.set(id, event.done);
      response.setHeader('Lambda-Runtime-Aws-Request-Id', id);
      response.setHeader('Lambda-Runtime-Deadline-Ms', String(Date.now() + event.deadlineMilliseconds));
      return response.end(JSON.stringify({ payload: Buffer.from(event.payload).toString('base64') }));
    }
    const id = request.url?.split('/').at(-2) ?? '';
    answers.get(id)?.(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    return response.writeHead(202).end();
  });
  return {
    server,
    invoke: (payload: string, deadlineMilliseconds = 30_000): Promise<Answer> =>
      new Promise((done) => {
        waiting.push({ payload, deadlineMilliseconds, done });
        poll?.();
      }),
  };
};

const source = `
const { PAYLOAD, AWS_SECRET_ACCESS_KEY, GREETING } = process.env;
if (PAYLOAD === 'endless') { console.log('begun'); setInterval(() => {}, 1000); }
else if (PAYLOAD === 'fail') { console.error('oh'); process.exit(7); }
else console.log(JSON.stringify([PAYLOAD, AWS_SECRET_ACCESS_KEY ?? 'none', GREETING, process.cwd() === process.env.LAMBDA_TASK_ROOT]));
`;

describe('the script of the process model', () => {
  const { server, invoke } = runtimeApi();
  let folder: string;
  let child: ChildProcess;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'function-process-'));
    await writeFile(join(folder, 'index.cjs'), source);
    await chmod(folder, 0o755);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    child = spawn('bash', [script], {
      stdio: 'ignore',
      env: {
        PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
        AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${(server.address() as AddressInfo).port}`,
        LAMBDA_TASK_ROOT: folder,
        AWS_SECRET_ACCESS_KEY: 'secret',
        GREETING: 'hello',
        THECLOUD_COMMAND: 'node',
        THECLOUD_FILE: 'index.cjs',
      },
    });
  });
  afterAll(async () => {
    child.kill('SIGKILL');
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const textOf = ({ logs }: Answer): string => Buffer.from(logs, 'base64').toString('utf8');

  it.each([
    ['JSON', '{"a":"ü"}'],
    ['nothing', ''],
    ['lines, quotes and dollars', 'a "b"\n$HOME `id` \\\n\n'],
  ])('hands %s over as it is, without credentials, and comes back for more', async (_, payload) => {
    const answer = await invoke(payload);
    expect(answer.exit_code).toBe(0);
    expect(JSON.parse(textOf(answer))).toEqual([payload, 'none', 'hello', true]);
  });

  it('gives the exit code and what was written to standard error', async () => {
    const answer = await invoke('fail');
    expect([answer.exit_code, textOf(answer)]).toEqual([7, 'oh\n']);
  });

  it('ends what runs too long in time to say so, with what it had written', async () => {
    const answer = await invoke('endless', 1_500);
    expect([answer.exit_code, textOf(answer)]).toEqual([124, 'begun\n\nTask timed out\n']);
  });
});
