import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maxPayloadBytes } from '../../../lib/services/functions/limits.ts';
import { type Account, type Answer, newAccount } from '../../support/api-client.ts';
import { type RunningEngine, runEngine } from '../../support/engine.ts';
import { eventually } from '../../support/eventually.ts';
import { expectEnvelope, expectError } from '../../support/wire.ts';
import { zip } from '../../support/zip.ts';

interface CloudFunction {
  id: string;
  user_id: string;
  code_path: string;
  code_version: number;
}

interface Invocation {
  id: string;
  function_id: string;
  status: string;
  status_code: number;
  logs: string;
  result?: string;
  duration_ms: number;
  ended_at?: string;
}

const echo = 'console.log("got", process.env.PAYLOAD); console.error("to stderr");';
const fails = 'console.log("before"); process.exit(3);';

/** What code of a tenant may not find or do, each as `what: outcome`. */
const curious = `
const fs = require('node:fs');
const attempt = (what, work) => {
  try { console.log(what + ': ' + work()); } catch (error) { console.log(what + ': ' + (error.code || error.message)); }
};
attempt('environment', () => Object.keys(process.env).filter((name) => !process.env[name].startsWith('/')).sort().join());
attempt('passwd', () => fs.readFileSync('/etc/passwd', 'utf8').length);
attempt('own code', () => fs.readdirSync(process.env.LAMBDA_TASK_ROOT).join());
attempt('write code', () => fs.writeFileSync(process.env.LAMBDA_TASK_ROOT + '/x', ''));
attempt('scratch', () => { fs.writeFileSync(process.env.TMPDIR + '/x', ''); return fs.readdirSync(process.env.TMPDIR).join(); });
attempt('processes', () => require('node:child_process').execSync('id').toString());
`;

describe('contract 2.10: functions', () => {
  let engine: RunningEngine;
  let user: Account;
  let stranger: Account;

  beforeAll(async () => {
    engine = await runEngine();
    user = await newAccount(engine.url);
    stranger = await newAccount(engine.url, 'stranger');
  });
  afterAll(() => engine?.stop());

  const create = async (
    name: string,
    files: Record<string, string>,
    fields: Record<string, string> = {},
  ): Promise<CloudFunction> => {
    const form = new FormData();
    for (const [field, value] of Object.entries({
      name,
      runtime: 'nodejs20',
      handler: 'index.js',
      ...fields,
    }))
      form.set(field, value);
    form.set('code', new Blob([new Uint8Array(await zip(files))]), 'code.zip');
    const answer = await sendForm('POST', '/functions', form);
    expect(answer.status, answer.text).toBe(201);
    return answer.data as CloudFunction;
  };
  const sendForm = async (method: string, path: string, form: FormData): Promise<Answer> => {
    const request = new Request('http://127.0.0.1', { method: 'POST', body: form });
    const type = request.headers.get('content-type') as string;
    const body = new Uint8Array(await request.arrayBuffer());
    return user.api.request(method, path, { body, headers: { 'content-type': type } });
  };
  const invoke = (id: string, payload = '{}', query = ''): Promise<Answer<Invocation>> =>
    user.api.post<Invocation>(`/functions/${id}/invoke${query}`, payload, {
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    });

  it('makes a function of a form, which its first invocation waits for', async () => {
    const made = await create('echo', { 'index.js': echo });
    expect(made).toMatchObject({
      name: 'echo',
      runtime: 'nodejs20',
      handler: 'index.js',
      timeout: 30,
      memory_mb: 128,
      status: 'ACTIVE',
      user_id: user.id,
      code_path: `${user.id}/${made.id}/code.zip`,
      code_version: 1,
    });
    const answer = await invoke(made.id, '{"a":"ü"}');
    expectEnvelope(answer);
    expect(answer.status).toBe(200);
    expect(answer.data).toMatchObject({ function_id: made.id, status: 'SUCCESS', status_code: 0 });
    expect(answer.data.logs).toContain('got {"a":"ü"}\n');
    expect(answer.data.logs).toContain('to stderr\n');
    const logs = await user.api.get<Invocation[]>(`/functions/${made.id}/logs`);
    expect(logs.data).toEqual([answer.data]);
    const one = await user.api.get<Invocation>(`/functions/${made.id}/invocations/${answer.data.id}`);
    expect(one.data).toEqual(answer.data);
    expect((await user.api.get<CloudFunction[]>('/functions')).data.map(({ id }) => id)).toContain(made.id);
    for (const path of ['', '/logs', '/versions'])
      expect((await stranger.api.get(`/functions/${made.id}${path}`)).status).toBe(404);
    expect((await stranger.api.post(`/functions/${made.id}/invoke`, '{}')).status).toBe(404);
    expect((await stranger.api.delete(`/functions/${made.id}`)).status).toBe(404);
  });

  it('says with 200 that user code failed, and with which exit code', async () => {
    const { id } = await create('fails', { 'index.js': fails });
    const answer = await invoke(id);
    expect(answer.status).toBe(200);
    expect(answer.data).toMatchObject({ status: 'FAILED', status_code: 3, logs: 'before\n' });
  });

  it('runs code with nothing of the platform in reach', async () => {
    const { id } = await create('curious', { 'index.js': curious }, { environment: '{"GREETING":"hello"}' });
    const { logs } = (await invoke(id)).data;
    const found = Object.fromEntries(
      logs
        .trim()
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
    );
    expect(found.environment?.split(',')).toEqual([
      'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
      'AWS_LAMBDA_FUNCTION_NAME',
      'AWS_LAMBDA_FUNCTION_VERSION',
      'AWS_REQUEST_ID',
      'GREETING',
      'LANG',
      'PAYLOAD',
      'TZ',
    ]);
    expect(found).toMatchObject({
      passwd: 'ERR_ACCESS_DENIED',
      'own code': 'index.js',
      'write code': 'ERR_ACCESS_DENIED',
      scratch: 'x',
      processes: 'ERR_ACCESS_DENIED',
    });
  });

  it('ends code that runs longer than its timeout', async () => {
    const { id } = await create(
      'endless',
      { 'index.js': 'console.log("begun"); for (;;);' },
      { timeout: '1' },
    );
    const { data } = await invoke(id);
    expect(data).toMatchObject({ status: 'FAILED', status_code: 124 });
    expect(data.logs).toMatch(/begun\n[\s\S]*timed out/);
  });

  it('calls a plain handler, and shows what it gives back', async () => {
    const source =
      'exports.handler = async (event) => { console.log("called"); return { twice: event.n * 2 }; };';
    const made = await user.api.post<CloudFunction>('/functions', {
      name: 'handler',
      runtime: 'nodejs20',
      handler: 'index.handler',
      code: (await zip({ 'index.js': source })).toString('base64'),
    });
    expect(made.status, made.text).toBe(201);
    const { data } = await invoke(made.data.id, '{"n":21}');
    expect(data).toMatchObject({ status: 'SUCCESS', result: '{"twice":42}' });
    expect(data.logs).toContain('called');
  });

  it('runs other runtimes where the machine has them, and names the program where it has none', async () => {
    const python = await create(
      'python',
      { 'main.py': 'import os\nprint("py " + os.environ["PAYLOAD"])' },
      { runtime: 'python312', handler: 'main.py' },
    );
    expect((await invoke(python.id, 'x')).data).toMatchObject({ status: 'SUCCESS', logs: 'py x\n' });
    const ruby = await create('ruby', { 'main.rb': 'puts 1' }, { runtime: 'ruby33', handler: 'main.rb' });
    const { data } = await invoke(ruby.id);
    if (data.status === 'SUCCESS') expect(data.logs).toBe('1\n');
    else expect(data.logs).toContain('ruby3.3 needs ruby, which is not on this machine');
  });

  it('accepts an asynchronous invocation, which shows at once and ends by itself', async () => {
    const { id } = await create('later', { 'index.js': echo });
    const answer = await invoke(id, 'one', '?async=true');
    expect([answer.status, answer.data.status]).toEqual([202, 'PENDING']);
    const listed = (await user.api.get<Invocation[]>(`/functions/${id}/logs`)).data;
    expect(listed.map((one) => one.id)).toEqual([answer.data.id]);
    const done = await eventually('the invocation ended', async () => {
      const { data } = await user.api.get<Invocation>(`/functions/${id}/invocations/${answer.data.id}`);
      return data.status === 'SUCCESS' && data;
    });
    expect(done.logs).toContain('got one');
    expect(done.ended_at).toBeDefined();
  });

  it('runs new code and settings from the answer on, and goes back to what it had', async () => {
    const { id } = await create('versions', { 'index.js': 'console.log("first", process.env.GREETING)' });
    const second = (await zip({ 'index.js': 'console.log("second")' })).toString('base64');
    expect((await user.api.put(`/functions/${id}/code`, { code: second })).status).toBe(200);
    expect((await invoke(id)).data.logs).toBe('second\n');
    const back = await user.api.post<CloudFunction>(`/functions/${id}/rollback`, { version: 1 });
    expect([back.status, back.data.code_version]).toEqual([200, 1]);
    const changed = await user.api.patch(`/functions/${id}`, { environment: { GREETING: 'hello' } });
    expect(changed.status, changed.text).toBe(200);
    expect((await invoke(id)).data.logs).toBe('first hello\n');
    const versions = await user.api.get<{ version: number; current: boolean }[]>(`/functions/${id}/versions`);
    expect(versions.data.map(({ version, current }) => [version, current])).toEqual([
      [2, false],
      [1, true],
    ]);
    expectError(await user.api.post(`/functions/${id}/rollback`, { version: 7 }));
  });

  it('takes a payload up to its bound, and refuses the next byte', async () => {
    const { id } = await create('large', { 'index.js': 'console.log(process.env.PAYLOAD.length)' });
    expect((await invoke(id, 'x'.repeat(maxPayloadBytes))).data.logs).toBe(`${maxPayloadBytes}\n`);
    expect((await invoke(id, 'x'.repeat(maxPayloadBytes + 1))).status).toBe(413);
  });

  it('forgets a deleted function, its code and its machine', async () => {
    const { id } = await create('gone', { 'index.js': echo });
    expect((await invoke(id)).status).toBe(200);
    expect((await user.api.delete(`/functions/${id}`)).status).toBe(200);
    expect((await invoke(id)).status).toBe(404);
    expect((await user.api.get(`/functions/${id}/logs`)).status).toBe(404);
    await eventually('the name is free and the quota given back', async () => {
      const { data } = await user.api.get<{ resource: string; used: number }[]>('/quotas');
      const listed = (await user.api.get<CloudFunction[]>('/functions')).data.length;
      return data.find(({ resource }) => resource === 'functions')?.used === listed;
    });
  });
});
