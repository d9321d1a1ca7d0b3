import { describe, expect, it } from 'vitest';
import { logTime, readHeaders, readQuery, toEvent } from '../../../../../local/engine/http/event.ts';

const eventOf = (headers: string[], body: string | Buffer = '', rawQueryString = '') =>
  toEvent({
    message: {
      method: 'POST',
      httpVersion: '1.1',
      rawHeaders: ['Host', 'api.example', ...headers],
      socket: { remoteAddress: '127.0.0.1', remotePort: 5000, localPort: 8080 },
    } as never,
    body: Buffer.from(body),
    path: '/a%20b',
    rawQueryString,
    routeKey: 'POST /{x}',
    pathParameters: { x: 'a b' },
    edgeHeaders: { 'x-origin-verify': 'secret' },
    apiId: 'api',
    account: '000000000000',
    stage: '$default',
    stageVariables: undefined,
    requestId: 'id=',
    now: Date.UTC(2026, 2, 5, 19, 3, 58),
  });

it('lower-cases headers, joins repeated ones and sets cookies apart', () => {
  expect(readHeaders(['X-A', '1', 'x-a', '2', 'Cookie', 'a=1; b=2'])).toEqual({
    headers: { 'x-a': '1,2' },
    cookies: ['a=1', 'b=2'],
  });
});

it.each([
  ['', undefined],
  ['a=1&b=2', { a: '1', b: '2' }],
  ['a=1&a=2', { a: '1,2' }],
  ['a=%26+b&c', { a: '& b', c: '' }],
  ['__proto__=x', JSON.parse('{"__proto__":"x"}')],
])('reads the query %j', (query, expected) => {
  expect(readQuery(query)).toEqual(expected);
});

it('writes times as access logs do', () => {
  expect(logTime(Date.UTC(2026, 2, 5, 19, 3, 58))).toBe('05/Mar/2026:19:03:58 +0000');
});

describe('a body is text or base64 by its content type', () => {
  it.each([
    ['application/json', false],
    ['application/json; charset=utf-8', false],
    ['text/plain', false],
    ['application/xml', false],
    ['application/javascript', false],
    ['application/x-www-form-urlencoded', true],
    ['application/octet-stream', true],
    ['application/problem+json', true],
    ['image/png', true],
  ])('%s', (contentType, encoded) => {
    const event = eventOf(['Content-Type', contentType], 'äöü');
    expect(event.isBase64Encoded).toBe(encoded);
    expect(event.body).toBe(encoded ? Buffer.from('äöü').toString('base64') : 'äöü');
  });

  it('without a content type it is base64', () => {
    expect(eventOf([], 'x')).toMatchObject({ body: 'eA==', isBase64Encoded: true });
  });

  it('without a body there is none', () => {
    const event = eventOf(['Content-Type', 'application/octet-stream']);
    expect(event).not.toHaveProperty('body');
    expect(event.isBase64Encoded).toBe(false);
  });
});

it('adds what the edge adds, over what the client sent', () => {
  const event = eventOf(['X-Origin-Verify', 'forged', 'CloudFront-Viewer-Address', '1.2.3.4:1']);
  expect(event.headers).toMatchObject({
    'x-origin-verify': 'secret',
    'cloudfront-viewer-address': '127.0.0.1:5000',
    'x-forwarded-for': '127.0.0.1',
  });
});

it('decodes the path and keeps the query as it came', () => {
  expect(eventOf([], '', 'q=%26')).toMatchObject({
    rawPath: '/a b',
    rawQueryString: 'q=%26',
    requestContext: {
      http: { method: 'POST', path: '/a b', sourceIp: '127.0.0.1' },
      stage: '$default',
      requestId: 'id=',
    },
  });
});
