import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EgressRequest } from '../../../../lib/platform/egress/egress.ts';
import { CloudError, type ErrorType, notFound } from '../../../../lib/platform/errors/index.ts';
import type { Ran } from '../../../../lib/services/functions/backend.ts';
import type { RunNow } from '../../../../lib/services/functions/service.ts';
import { answerOf } from '../../../../lib/services/gateway/proxy/function/answer.ts';
import { eventOf } from '../../../../lib/services/gateway/proxy/function/event.ts';
import { createFunctionEgress } from '../../../../lib/services/gateway/proxy/function/function-egress.ts';

const request: EgressRequest = {
  url: 'http://f.invalid',
  target: '/a',
  method: 'GET',
  timeoutMilliseconds: 25_000,
  maxResponseBytes: 1_000,
};

// biome-ignore lint/suspicious/noExplicitAny: an event is read as JSON
const event = (more: Partial<EgressRequest>): any => eventOf({ ...request, ...more }, 'f', 0);

describe('the event of a request', () => {
  it('holds all that API Gateway says in format 2.0', () => {
    const headers: EgressRequest['headers'] = [
      ['User-Agent', 'curl'],
      ['X-Forwarded-For', '192.0.2.1'],
      ['X-Forwarded-Host', 'cloud.example'],
      ['X-Request-ID', 'r-1'],
      ['Cookie', 'a=1; b=2'],
      ['Cookie', 'c=3'],
      ['X-Two', 'one'],
      ['x-two', 'two'],
    ];
    expect(event({ target: '/a%2Fb//c?x=1&x=2&y&z=%3F?', headers })).toEqual({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/a%2Fb//c',
      rawQueryString: 'x=1&x=2&y&z=%3F?',
      cookies: ['a=1', 'b=2', 'c=3'],
      headers: {
        'user-agent': 'curl',
        'x-forwarded-for': '192.0.2.1',
        'x-forwarded-host': 'cloud.example',
        'x-request-id': 'r-1',
        'x-two': 'one,two',
      },
      queryStringParameters: { x: '1,2', y: '', z: '??' },
      requestContext: {
        accountId: 'anonymous',
        apiId: 'f',
        domainName: 'cloud.example',
        http: {
          method: 'GET',
          path: '/a%2Fb//c',
          protocol: 'HTTP/1.1',
          sourceIp: '192.0.2.1',
          userAgent: 'curl',
        },
        requestId: 'r-1',
        routeKey: '$default',
        stage: '$default',
        time: '1970-01-01T00:00:00.000Z',
        timeEpoch: 0,
      },
      isBase64Encoded: false,
    });
  });

  it.each([
    ['JSON', 'application/json; charset=utf-8', '{"ä":1}', '{"ä":1}', false],
    ['a form', 'application/x-www-form-urlencoded', 'a=1', 'a=1', false],
    ['a kind of JSON', 'application/problem+json', '{}', '{}', false],
    ['text that is none', 'text/plain', Buffer.from([0xff]), '/w==', true],
    ['an image', 'image/png', 'x', 'eA==', true],
    ['what has no type', '', 'x', 'eA==', true],
  ])('holds the body of %s so that no byte is lost', (_, type, body, expected, isBase64Encoded) => {
    const headers: EgressRequest['headers'] = type === '' ? [] : [['content-type', type]];
    const made = event({ method: 'POST', headers, body: Buffer.from(body) });
    expect([made.body, made.isBase64Encoded]).toEqual([expected, isBase64Encoded]);
  });

  it('keeps headers and parameters named like what objects have', () => {
    const made = JSON.parse(
      JSON.stringify(event({ target: '/?constructor=1&__proto__=2', headers: [['constructor', 'x']] })),
    );
    expect(Object.entries(made.queryStringParameters)).toEqual([
      ['constructor', '1'],
      ['__proto__', '2'],
    ]);
    expect(made.headers.constructor).toBe('x');
  });

  it('gives any body back as it was', () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.constantFrom('text/plain', 'application/json', 'x/y'),
        (bytes, type) => {
          const { body = '', isBase64Encoded } = event({ body: bytes, headers: [['Content-Type', type]] });
          expect(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').equals(bytes)).toBe(true);
        },
      ),
    );
  });
});

describe('the answer of a handler', () => {
  const read = (result: unknown, method = 'GET') =>
    answerOf({ model: 'handler', result: JSON.stringify(result), logs: '' }, method);

  it('is its status, headers, cookies and body', () => {
    const answer = read({
      statusCode: 201,
      headers: { 'Content-Type': 'application/json', 'X-Number': 1, 'X-Flag': true },
      cookies: ['a=1', 'b=2'],
      body: '/w==',
      isBase64Encoded: true,
    });
    expect(answer).toEqual({
      status: 201,
      headers: [
        ['Content-Type', 'application/json'],
        ['X-Number', '1'],
        ['X-Flag', 'true'],
        ['Set-Cookie', 'a=1'],
        ['Set-Cookie', 'b=2'],
      ],
      body: Buffer.from([255]),
      milliseconds: 0,
    });
  });

  it('is text where it names no type, and has no body where its status, or HEAD, has none', () => {
    expect(read({ statusCode: 200, body: 'ä' })).toMatchObject({
      headers: [['Content-Type', 'text/plain; charset=utf-8']],
      body: Buffer.from('ä'),
    });
    expect(read({ statusCode: 204, body: 'x' })).toMatchObject({ headers: [], body: Buffer.alloc(0) });
    expect(read({ statusCode: 200, body: 'x' }, 'HEAD')?.body).toEqual(Buffer.alloc(0));
    expect(read({ statusCode: 200, headers: null, body: null, isBase64Encoded: null })).toMatchObject({
      status: 200,
      body: Buffer.alloc(0),
    });
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'hello'],
    ['no status', { body: 'x' }],
    ['a status in words', { statusCode: '200' }],
    ['a status that ends nothing', { statusCode: 101 }],
    ['a status that there is not', { statusCode: 600 }],
    ['a body that is no text', { statusCode: 200, body: { a: 1 } }],
    ['base64 that is none', { statusCode: 200, body: 'ä', isBase64Encoded: true }],
    ['a header’s name of two lines', { statusCode: 200, headers: { 'a\r\nb': 'x' } }],
    ['a header’s value of two lines', { statusCode: 200, headers: { a: 'x\r\nset-cookie: y' } }],
    ['a cookie of two lines', { statusCode: 200, cookies: ['x\ny'] }],
    ['a header of several values', { statusCode: 200, headers: { a: ['x', 'y'] } }],
  ])('is none where it is %s', (_, result) => {
    expect(read(result)).toBeUndefined();
  });
});

describe('the output of a process', () => {
  const read = (logs: string, method = 'GET') => answerOf({ model: 'process', logs }, method);

  it('is the text of a 200', () => {
    expect(read('hello\n')).toEqual({
      status: 200,
      headers: [['Content-Type', 'text/plain; charset=utf-8']],
      body: Buffer.from('hello\n'),
      milliseconds: 0,
    });
    expect(read('{"a":1}')?.body.toString()).toBe('{"a":1}');
    expect(read('x', 'HEAD')?.body).toEqual(Buffer.alloc(0));
  });

  it('is an answer where it is the object of one', () => {
    expect(read('{"statusCode":404,"body":"none"}\n')).toMatchObject({
      status: 404,
      body: Buffer.from('none'),
    });
  });
});

describe('a request to a function', () => {
  const send = async (ran: Partial<Ran> | Error, model: 'process' | 'handler' = 'handler') => {
    const calls: Parameters<RunNow>[] = [];
    const runNow: RunNow = async (...call) => {
      calls.push(call);
      if (ran instanceof Error) throw ran;
      return { ran: { statusCode: 0, logs: '', ...ran }, model, invocation: {} as never };
    };
    const egress = createFunctionEgress({ runNow, clock: { now: () => 0 } })('owner', 'f-1');
    const answer = await egress.fetch(request).catch((error: unknown) => error);
    return { answer, calls };
  };

  it('runs it in the name of the route’s tenant, and keeps no result', async () => {
    const { answer, calls } = await send({ result: '{"statusCode":200,"body":"x"}' });
    expect(answer).toMatchObject({ status: 200, body: Buffer.from('x') });
    expect(calls).toMatchObject([
      [{ principal: { tenant: 'owner' } }, 'f-1', expect.any(Buffer), { keepResult: false }],
    ]);
  });

  it.each<[string, Partial<Ran> | Error, ErrorType]>([
    ['has failed', { statusCode: 1, logs: 'hunter2' }, 'BAD_GATEWAY'],
    ['took too long', { statusCode: 124, logs: 'hunter2' }, 'GATEWAY_TIMEOUT'],
    ['gave no answer of HTTP', { result: '"hunter2"' }, 'BAD_GATEWAY'],
    [
      'gave more than gets back',
      { result: JSON.stringify({ statusCode: 200, body: 'x'.repeat(1_001) }) },
      'BAD_GATEWAY',
    ],
    ['is gone', notFound('function'), 'BAD_GATEWAY'],
    ['may run too long', new CloudError('INVALID_INPUT', 'hunter2'), 'BAD_GATEWAY'],
    ['could not be run', new CloudError('INTERNAL', 'hunter2'), 'BAD_GATEWAY'],
    ['takes no such request', new CloudError('OBJECT_TOO_LARGE', 'hunter2'), 'OBJECT_TOO_LARGE'],
    ['is busy', new CloudError('UNAVAILABLE', 'busy'), 'UNAVAILABLE'],
  ])('that %s is refused, and tells nothing of it', async (_, ran, type) => {
    const { answer } = await send(ran);
    expect(answer).toMatchObject({ type });
    expect((answer as Error).message).not.toContain('hunter2');
  });

  it('whose output may have lost its beginning is refused', async () => {
    expect((await send({ logs: 'x'.repeat(262_144) }, 'process')).answer).toMatchObject({
      type: 'BAD_GATEWAY',
    });
  });
});
