import { describe, expect, it } from 'vitest';
import { takes } from '../../../../../local/engine/http/edge-behavior.ts';
import { gatewayFailure, toRestResponse } from '../../../../../local/engine/http/rest-answer.ts';
import { RestApi } from '../../../../../local/engine/http/rest-api.ts';
import { toRestEvent } from '../../../../../local/engine/http/rest-event.ts';

const apiWith = (...paths: string[]): RestApi => {
  const api = new RestApi('api', { binary: true });
  for (const path of paths) api.addMethod('ANY', path, { target: {} as never, timeoutMilliseconds: 1 });
  return api;
};

const eventOf = (path: string, headers: string[] = [], body = Buffer.alloc(0), rawQueryString = '') => {
  const found = apiWith('/gw', '/gw/{proxy+}').match('PUT', path);
  if (!found) throw new Error(`nothing takes ${path}`);
  return toRestEvent({
    message: {
      method: 'PUT',
      httpVersion: '1.1',
      rawHeaders: ['Host', 'api.example', ...headers],
      headers: { host: 'api.example' },
      socket: { remoteAddress: '127.0.0.1', remotePort: 5000, localPort: 8080 },
    } as never,
    body,
    path,
    rawQueryString,
    matched: found.matched,
    edgeHeaders: { 'x-origin-verify': 'secret' },
    apiId: 'api',
    binary: true,
    account: '000000000000',
    stage: 'edge',
    requestId: 'id',
    now: 0,
  });
};

describe('an event of format 1.0', () => {
  it('has path and parameters as they were sent, and the stage in the context alone', () => {
    expect(eventOf('/gw/a%2Fb//c%20d')).toMatchObject({
      resource: '/gw/{proxy+}',
      path: '/gw/a%2Fb//c%20d',
      pathParameters: { proxy: 'a%2Fb//c%20d' },
      requestContext: { path: '/edge/gw/a%2Fb//c%20d', stage: 'edge', resourcePath: '/gw/{proxy+}' },
      body: null,
      isBase64Encoded: false,
    });
  });

  it('has bodies of every type in base64', () => {
    const event = eventOf('/gw/a', ['Content-Type', 'application/json'], Buffer.from([255, 0]));
    expect([event.body, event.isBase64Encoded]).toEqual(['/wA=', true]);
  });

  it('has headers under the names they came with, all values, and the edge’s over the viewer’s', () => {
    const { headers, multiValueHeaders } = eventOf('/gw/a', [
      'X-A',
      '1',
      'x-a',
      '2',
      'X-Origin-Verify',
      'forged',
      'x-forwarded-proto',
      'forged',
    ]);
    expect(multiValueHeaders).toMatchObject({ 'X-A': ['1', '2'], 'x-origin-verify': ['secret'] });
    expect(headers).toMatchObject({ 'X-A': '2' });
    expect(JSON.stringify(multiValueHeaders)).not.toContain('forged');
  });

  it('has the query decoded', () => {
    expect(eventOf('/gw/a', [], undefined, 'a=1&b=%26&a=2')).toMatchObject({
      queryStringParameters: { a: '2', b: '&' },
      multiValueQueryStringParameters: { a: ['1', '2'], b: ['&'] },
    });
    expect(eventOf('/gw/a').queryStringParameters).toBeNull();
  });
});

it.each([
  ['/gw', true],
  ['/gw/', true],
  ['/gw/a/b', true],
  ['/gwx', false],
  ['/', false],
])('a REST API with /gw and /gw/{proxy+} takes %s: %s', (path, does) => {
  expect(apiWith('/gw', '/gw/{proxy+}').match('GET', path) !== undefined).toBe(does);
});

describe('an answer of format 1.0', () => {
  const api = { binary: true };

  it('has all values of a header, bytes out of base64, and a content type in any case', () => {
    const answer = toRestResponse(
      {
        statusCode: 200,
        headers: { 'X-A': 'overridden', 'X-B': 1 },
        multiValueHeaders: { 'x-a': ['1', '2'], 'www-authenticate': ['Basic'] },
        body: '/wA=',
        isBase64Encoded: true,
      },
      api,
    );
    expect(answer).toEqual({
      statusCode: 200,
      headers: {
        'x-a': ['1', '2'],
        'x-b': ['1'],
        'x-amzn-remapped-www-authenticate': ['Basic'],
        'content-type': ['application/json'],
      },
      body: Buffer.from([255, 0]),
    });
  });

  it.each([
    [undefined],
    ['text'],
    [{}],
    [{ statusCode: 'x' }],
    [{ statusCode: 99 }],
    [{ statusCode: 200, body: {} }],
  ])('is none as %j', (result) => {
    expect(toRestResponse(result, api)).toBeUndefined();
  });
});

it('the gateway’s own answers are as the template says, or as they are on AWS', () => {
  const api = apiWith();
  expect(gatewayFailure(api, 'MISSING_AUTHENTICATION_TOKEN', 'id')).toMatchObject({
    statusCode: 403,
    body: Buffer.from('{"message":"Missing Authentication Token"}'),
  });
  api.responses.set('DEFAULT_4XX', {
    statusCode: 404,
    headers: { 'X-Request-ID': 'context.requestId', 'X-A': "'*'" },
    template: '{"id":"$context.requestId"}',
  });
  expect(gatewayFailure(api, 'REQUEST_TOO_LARGE', 'id')).toEqual({
    statusCode: 404,
    headers: { 'content-type': 'application/json', 'x-request-id': 'id', 'x-a': '*' },
    body: Buffer.from('{"id":"id"}'),
  });
});

it.each([
  ['/gw/*', '/gw/a/b', true],
  ['/gw/*', '/gw/', true],
  ['/gw/*', '/gw', false],
  ['/gw', '/gw', true],
  ['gw/?', '/gw/a', true],
  ['/g.w', '/gxw', false],
])('the behavior %s takes %s: %s', (pattern, path, does) => {
  expect(takes({ pattern, domainName: '', originPath: '' }, path)).toBe(does);
});
