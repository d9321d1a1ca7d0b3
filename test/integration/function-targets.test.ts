import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CronRun } from '../../lib/services/cron/run-schema.ts';
import type { Invocation } from '../../lib/services/functions/schema.ts';
import type { GatewayRoute } from '../../lib/services/gateway/schema.ts';
import { type Account, newAccount } from '../support/api-client.ts';
import { type RunningEngine, runEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { type RawHttpAnswer, sendRaw } from '../support/raw-http.ts';
import { zip } from '../support/zip.ts';

const everyByte = Buffer.from(Uint8Array.from({ length: 256 }, (_, i) => i));

/** Says what it was asked, or does what the path asks for. */
const handler = `
exports.handler = async (event) => {
  const { rawPath, body, isBase64Encoded } = event;
  if (rawPath.endsWith('/bytes'))
    return {
      statusCode: 201,
      headers: { 'Content-Type': 'application/octet-stream', 'X-Mine': 'yes' },
      cookies: ['a=1', 'b=2'],
      body: isBase64Encoded ? body : Buffer.from(body ?? '').toString('base64'),
      isBase64Encoded: true,
    };
  if (rawPath.endsWith('/throws')) throw new Error('a secret of the owner');
  if (rawPath.endsWith('/nothing')) return 'no answer of HTTP';
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(event) };
};`;

describe('a function as a target, through the engine', () => {
  let engine: RunningEngine;
  let owner: Account;
  let stranger: Account;
  const ids: Record<string, string> = {};

  const makeFunction = async (name: string, entry: string, code: string, more: object = {}) => {
    const archive = (await zip({ 'index.js': code })).toString('base64');
    const answer = await owner.api.post<{ id: string }>('/functions', {
      ...{ name, runtime: 'nodejs20', handler: entry, code: archive },
      ...more,
    });
    expect(answer.status, answer.text).toBe(201);
    ids[name] = answer.data.id;
  };
  const makeRoute = async (name: string, target_url: string): Promise<GatewayRoute> => {
    const route = { name, path_prefix: `/${name}`, target_url, strip_prefix: true };
    const answer = await owner.api.post<GatewayRoute>('/gateway/routes', route);
    expect(answer.status, answer.text).toBe(201);
    return answer.data;
  };
  const ask = (path: string, more: Partial<Parameters<typeof sendRaw>[1]> = {}): Promise<RawHttpAnswer> =>
    sendRaw(engine.url, { path, ...more });
  const errorOf = ({ status, body }: RawHttpAnswer) => [status, JSON.parse(body.toString()).error.type];

  beforeAll(async () => {
    engine = await runEngine();
    [owner, stranger] = await Promise.all([newAccount(engine.url), newAccount(engine.url)]);
    await makeFunction('web', 'index.handler', handler);
    await makeFunction('print', 'index.js', 'console.log(JSON.parse(process.env.PAYLOAD).rawPath)');
    await makeFunction('slow', 'index.js', 'setInterval(() => {}, 1_000)', { timeout: 1 });
    await makeFunction('long', 'index.js', '', { timeout: 31 });
  });
  afterAll(() => engine?.stop());

  it('is given a request as an event, and its answer is the answer', async () => {
    const { path_prefix } = await makeRoute('web', `function://${ids.web}/base`);
    const asked = await ask(`/gw${path_prefix}/a%2Fb?q=1&q=%20`, {
      method: 'POST',
      body: Buffer.from('{"ä":1}'),
      headers: ['Content-Type', 'application/json', 'X-Two', 'one', 'X-Two', 'two', 'Cookie', 'c=3; d=4'],
    });
    expect(asked.status, asked.body.toString()).toBe(200);
    expect(JSON.parse(asked.body.toString())).toMatchObject({
      version: '2.0',
      rawPath: '/base/a%2Fb',
      rawQueryString: 'q=1&q=%20',
      queryStringParameters: { q: '1, ' },
      cookies: ['c=3', 'd=4'],
      headers: { 'x-two': 'one,two', 'x-forwarded-prefix': `/gw${path_prefix}` },
      body: '{"ä":1}',
      isBase64Encoded: false,
      requestContext: { http: { method: 'POST', path: '/base/a%2Fb', sourceIp: '127.0.0.1' } },
    });
    const bytes = await ask(`/gw${path_prefix}/bytes`, { method: 'PUT', body: everyByte });
    expect([bytes.status, bytes.body.equals(everyByte)]).toEqual([201, true]);
    expect(bytes.headers).toMatchObject({
      'content-type': ['application/octet-stream'],
      'set-cookie': ['a=1', 'b=2'],
      'x-mine': ['yes'],
    });
    for (const path of ['throws', 'nothing']) {
      const refused = await ask(`/gw${path_prefix}/${path}`);
      expect(errorOf(refused)).toEqual([502, 'BAD_GATEWAY']);
      expect(refused.body.toString()).not.toContain('secret');
    }
    const { data } = await owner.api.get<Invocation[]>(`/functions/${ids.web}/logs`);
    expect(data.map(({ status }) => status)).toEqual(['SUCCESS', 'FAILED', 'SUCCESS', 'SUCCESS']);
    expect(data[1]?.logs).toContain('a secret of the owner');
    for (const invocation of data) expect(invocation).not.toHaveProperty('result');
  });

  it('may be a process, whose output is the answer, and has its own time limit', async () => {
    const printing = await makeRoute('print', `function://${ids.print}`);
    const printed = await ask(`/gw${printing.path_prefix}/x`);
    expect([printed.status, printed.body.toString()]).toEqual([200, '/x\n']);
    expect(printed.headers['content-type']).toEqual(['text/plain; charset=utf-8']);
    const slow = await makeRoute('slow', `function://${ids.slow}`);
    expect(errorOf(await ask(`/gw${slow.path_prefix}`))).toEqual([504, 'GATEWAY_TIMEOUT']);
    const changed = await owner.api.patch(`/gateway/routes/${slow.id}`, {
      target_url: `function://${ids.print}/changed`,
    });
    expect(changed.status, changed.text).toBe(200);
    await eventually('the route is served as it was changed', async () => {
      const answer = await ask(`/gw${slow.path_prefix}`);
      return answer.body.toString() === '/changed/\n';
    });
  });

  it('must be the caller’s own, and one that answers in time', async () => {
    const create = (account: Account, id?: string) =>
      account.api.post('/gateway/routes', {
        name: 'refused',
        path_prefix: '/refused',
        target_url: `function://${id}`,
      });
    const foreign = await create(stranger, ids.web);
    const absent = await create(stranger, stranger.id);
    expect([foreign.status, foreign.body.error]).toEqual([404, absent.body.error]);
    const long = await create(owner, ids.long);
    expect([long.status, long.body.error.message]).toEqual([400, expect.stringContaining('target_url')]);
  });

  it('is invoked by a cron job, once for each run, with the run’s id as the invocation’s', async () => {
    const target = { type: 'function', id: ids.print };
    const job = { name: 'prints', schedule: '@yearly', target_payload: '{"rawPath":"tick"}', target };
    const { data, status, text } = await owner.api.post<{ id: string }>('/cron/jobs', job);
    expect(status, text).toBe(201);
    const runs = `/cron/jobs/${data.id}/runs`;
    const ended = (expected: string) =>
      eventually(`the newest run is ${expected}`, async () => {
        const [run] = (await owner.api.get<CronRun[]>(runs)).data;
        return run?.status === expected && run;
      });
    await owner.api.post(`/cron/jobs/${data.id}/run`);
    const run = await ended('SUCCESS');
    expect(run.response).toBe(run.id);
    await eventually('the invocation has ended', async () => {
      const answer = await owner.api.get<Invocation>(`/functions/${ids.print}/invocations/${run.id}`);
      return answer.data?.status === 'SUCCESS' && answer.data.logs === 'tick\n';
    });
    const foreign = await stranger.api.post('/cron/jobs', job);
    expect([foreign.status, foreign.body.error.message]).toEqual([
      400,
      expect.stringContaining('there is no such function'),
    ]);
  });

  it('that is gone is a 502 of its route, and a FAILED run of its job', async () => {
    const { path_prefix } = await makeRoute('gone', `function://${ids.print}`);
    const [job] = (await owner.api.get<{ id: string }[]>('/cron/jobs')).data;
    expect((await owner.api.delete(`/functions/${ids.print}`)).status).toBe(200);
    expect(errorOf(await ask(`/gw${path_prefix}`))).toEqual([502, 'BAD_GATEWAY']);
    await owner.api.post(`/cron/jobs/${job?.id}/run`);
    await eventually('the run has failed', async () => {
      const [run] = (await owner.api.get<CronRun[]>(`/cron/jobs/${job?.id}/runs`)).data;
      return run?.status === 'FAILED' && run.error === 'function not found';
    });
  });
});
