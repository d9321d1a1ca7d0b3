import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, startEngine } from '../../../local/engine/index.ts';
import { eventually } from './fixture/eventually.ts';
import { newWorkspace } from './fixture/workspace.ts';

const problems: string[] = [];
const workspace = newWorkspace();
let engine: Engine;

beforeAll(async () => {
  engine = await startEngine({ ...workspace, quiet: true, report: (problem) => problems.push(problem) });
});

afterAll(async () => {
  await engine.stop();
  workspace.remove();
});

const request = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(engine.url + path, init);
  return { status: response.status, headers: response.headers, text: await response.text() };
};

const put = (id: string, name: string) =>
  request(`/items/${id}`, { method: 'PUT', body: name, headers: { 'content-type': 'text/plain' } });

const item = async (id: string) => JSON.parse((await request(`/items/${id}`)).text);

describe('a request', () => {
  it('reaches its function and the table', async () => {
    expect((await put('first', 'one')).status).toBe(201);
    expect(await item('first')).toMatchObject({ id: 'first', name: 'one' });
  });

  it('without a route goes to $default', async () => {
    expect(await request('/nowhere')).toMatchObject({ status: 404, text: 'no /nowhere' });
  });

  it('carries the whole event of payload format 2.0', async () => {
    const { text, headers } = await request('/echo/x%20y/z?a=1&a=2', {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'content-type': 'application/json', cookie: 'q=1' },
    });
    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(JSON.parse(text)).toMatchObject({
      name: 'fixture-store',
      event: {
        version: '2.0',
        routeKey: 'ANY /echo/{proxy+}',
        rawPath: '/echo/x y/z',
        rawQueryString: 'a=1&a=2',
        queryStringParameters: { a: '1,2' },
        cookies: ['q=1'],
        pathParameters: { proxy: 'x y/z' },
        body: '{"a":1}',
        isBase64Encoded: false,
      },
    });
    expect(JSON.parse(text).remaining).toBeGreaterThan(4000);
  });

  it('longer than API Gateway takes answers 413', async () => {
    const body = Buffer.alloc(10 * 1024 * 1024 + 1);
    expect((await request('/echo/x', { method: 'POST', body })).status).toBe(413);
  });

  it('with a broken escape in its path answers 400', async () => {
    expect((await request('/echo/%E0%A4%A')).status).toBe(400);
  });

  it.each([
    ['throws', 'throw', 'TypeError: on purpose'],
    ['ends its process', 'crash', 'Runtime.ExitError'],
    ['blocks its thread', 'hang', 'Sandbox.Timedout'],
    ['never answers', 'slow', 'Sandbox.Timedout'],
    ['answers more than 6 MB', 'large', 'Function.ResponseSizeTooLarge'],
  ])('whose function %s answers 500, and the next one works', async (_, how, problem) => {
    problems.length = 0;
    expect(await request(`/bad/${how}`)).toMatchObject({
      status: 500,
      text: '{"message":"Internal Server Error"}',
    });
    expect(problems.join()).toContain(problem);
    expect(await request('/bad/status')).toMatchObject({ status: 500 });
  });

  it('gets binary answers untouched', async () => {
    const response = await fetch(`${engine.url}/bad/binary`, {
      headers: { 'accept-encoding': 'identity' },
    }).catch((error: Error) => error);
    // The body is no valid gzip: that the client fails to unpack it shows that the header and the bytes came through.
    const read =
      response instanceof Error ? response : await response.arrayBuffer().catch((error: Error) => error);
    expect(read).toBeInstanceOf(Error);
  });
});

describe('a change of the table', () => {
  it('goes through the stream, the queue and the worker', async () => {
    await put('chain', 'linked');
    expect(
      await eventually(
        () => item('chain'),
        ({ done }) => done,
      ),
    ).toMatchObject({ name: 'linked' });
  });

  it('reaches the bus, whose rule sends it to a queue', async () => {
    await put('heard', 'loud');
    const bodies = await eventually(
      () => engine.cloud.queues.bodies('fixture-heard'),
      (all) => all.some((body) => body.includes('"id":"heard"')),
    );
    expect(JSON.parse(bodies.find((body) => body.includes('"id":"heard"')) ?? '')).toMatchObject({
      source: 'fixture',
      'detail-type': 'Stored',
      detail: { id: 'heard' },
    });
  });

  it('that the stream’s function refuses is retried and then goes to the failure queue', async () => {
    await put('bad', 'poison');
    const [body] = await eventually(
      () => engine.cloud.queues.bodies('fixture-lost'),
      (all) => all.length > 0,
    );
    expect(JSON.parse(body ?? '')).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 },
      DDBStreamBatchInfo: { batchSize: 1 },
    });
    await put('after', 'healthy');
    expect(
      await eventually(
        () => item('after'),
        ({ done }) => done,
      ),
    ).toBeTruthy();
  });

  it('that the worker refuses twice goes to the dead-letter queue', async () => {
    await put('dead', 'unworkable');
    const bodies = await eventually(
      () => engine.cloud.queues.bodies('fixture-dead'),
      (all) => all.length > 0,
    );
    expect(bodies.map((body) => JSON.parse(body))).toEqual([{ id: 'dead', name: 'unworkable' }]);
  });

  it('that a filter leaves out reaches nobody', async () => {
    await engine.cloud.dynamoDb.send(
      new PutItemCommand({
        TableName: 'fixture-table',
        Item: { pk: { S: 'items' }, sk: { S: 'filtered' }, name: { S: 'x' }, done: { BOOL: false } },
      }),
    );
    await put('behind', 'the filtered one');
    await eventually(
      () => item('behind'),
      ({ done }) => done,
    );
    expect(engine.cloud.queues.bodies('fixture-heard').join()).not.toContain('filtered"');
  });
});

it('runs schedules at once when it starts', async () => {
  const ticks = () =>
    engine.cloud.dynamoDb.send(
      new ScanCommand({
        TableName: 'fixture-table',
        FilterExpression: 'pk = :ticks',
        ExpressionAttributeValues: { ':ticks': { S: 'ticks' } },
      }),
    );
  const { Items = [] } = await eventually(ticks, ({ Count = 0 }) => Count > 0);
  expect(Items[0]?.name).toEqual({ S: 'tick' });
});

it('refuses a second engine on the same data folder', async () => {
  await expect(startEngine({ ...workspace, quiet: true })).rejects.toThrow(/Another engine \(process \d+/);
});
