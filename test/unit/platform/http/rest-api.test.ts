import { readFileSync } from 'node:fs';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import type { Response } from '../../../../lib/platform/http/exchange.ts';
import { RawAnswer } from '../../../../lib/platform/http/raw.ts';
import { rawRequestOf } from '../../../../lib/platform/http/raw-request.ts';
import { behindRestApi, toPayload2, toRestAnswer } from '../../../../lib/platform/http/rest-api.ts';
import { route } from '../../../../lib/platform/http/route.ts';
import { contextOf, served } from './harness.ts';

const sample = (): APIGatewayProxyEvent =>
  JSON.parse(readFileSync(new URL('../../../../events/api-gateway-none.json', import.meta.url), 'utf8'));
const eventOf = (change: Partial<APIGatewayProxyEvent>): APIGatewayProxyEvent => ({ ...sample(), ...change });
const everyByte = Buffer.from(Uint8Array.from({ length: 256 }, (_, i) => i));

describe('an event of a REST API', () => {
  it('keeps its path as it was sent', () => {
    const event = toPayload2(eventOf({ path: '/gw/a%2Fb//c%20d/%zz' }));
    expect([event.rawPath, event.requestContext.http.path]).toEqual(Array(2).fill('/gw/a%2Fb//c%20d/%zz'));
  });

  it('takes the query as the edge wrote it down, or makes it of the parameters', () => {
    const parameters = { multiValueQueryStringParameters: { 'a b': ['1', '&'], c: [''] } };
    const written = { multiValueHeaders: { 'X-Viewer-Query': ["q='x'&flag"] }, headers: {} };
    expect(toPayload2(eventOf({ ...parameters, ...written })).rawQueryString).toBe("q='x'&flag");
    expect(toPayload2(eventOf({ ...parameters, multiValueHeaders: {}, headers: {} })).rawQueryString).toBe(
      'a%20b=1&a%20b=%26&c=',
    );
  });

  it('has headers in lower case, repeated ones joined, cookies by their own separator', () => {
    const multiValueHeaders = { Accept: ['a', 'b'], Cookie: ['x=1', 'y=2'] };
    expect(
      toPayload2(eventOf({ multiValueHeaders, headers: { 'X-Only': 'here', Accept: 'b' } })).headers,
    ).toEqual({
      accept: 'a,b',
      cookie: 'x=1; y=2',
      'x-only': 'here',
    });
  });

  it.each(['constructor', '__proto__', 'toString'])('may have a header named %s', (name) => {
    const multiValueHeaders = Object.fromEntries([[name, ['1', '2']]]);
    const { headers } = toPayload2(eventOf({ multiValueHeaders, headers: {} }));
    expect(Object.entries(headers)).toEqual([[name.toLowerCase(), '1,2']]);
    const answer = toRestAnswer({ statusCode: 200, headers: Object.fromEntries([[name, 'x']]) });
    expect(Object.entries(answer.multiValueHeaders ?? {})).toEqual([[name.toLowerCase(), ['x']]]);
  });

  it('is a raw request without what lies between edge and platform', () => {
    const multiValueHeaders = {
      'X-Two': ['1', '2'],
      'x-origin-verify': ['secret'],
      'X-Viewer-Address': ['192.0.2.1:0'],
      'x-viewer-query': ['q=1'],
      'x-viewer-host': ['cloud.example.com'],
    };
    const body = everyByte.toString('base64');
    const raw = rawRequestOf(
      toPayload2(eventOf({ multiValueHeaders, headers: {}, body, isBase64Encoded: true, httpMethod: 'PUT' })),
    );
    expect(raw).toMatchObject({ method: 'PUT', rawQuery: 'q=1', host: 'cloud.example.com' });
    expect(raw.headers).toEqual([
      ['x-two', '1'],
      ['x-two', '2'],
    ]);
    expect(raw.body.equals(everyByte)).toBe(true);
  });
});

it('an answer has each header once, several values together, those before others of the name', () => {
  const response = {
    statusCode: 201,
    headers: { 'Content-Type': 'text/plain', 'X-A': 1 },
    multiValueHeaders: { 'x-a': ['2', '3'] },
    body: 'eA==',
    isBase64Encoded: true,
  } as Response;
  expect(toRestAnswer(response)).toEqual({
    statusCode: 201,
    multiValueHeaders: { 'content-type': ['text/plain'], 'x-a': ['2', '3'] },
    body: 'eA==',
    isBase64Encoded: true,
  });
});

describe('a function behind a REST API', () => {
  const routes = [
    route<object>()({
      method: 'ANY',
      path: '/gw/*',
      permission: 'public',
      rateLimit: 'none',
      shape: 'raw',
      takes: 'raw',
      idempotent: { exempt: 'it is an echo' },
      summary: 'Echo',
      responds: { status: 200, body: RawAnswer },
      handle: async ({ raw }) => ({
        body: raw.body.toString('base64'),
        isBase64Encoded: true,
        headers: { 'X-Path': raw.path, 'X-Query': raw.rawQuery, 'X-Method': raw.method },
      }),
    }),
  ];
  const bodyLimit = { bytes: 300, advice: 'send less' };
  const handler = behindRestApi(served(routes, {}, { bodyLimit }).handler);

  it('gets every byte, and any path and query, though they would be refused elsewhere', async () => {
    const multiValueHeaders = { 'Accept-Encoding': ['gzip'], 'x-viewer-query': ['a=1&a=2&%ff'] };
    const answer = await handler(
      eventOf({
        path: '/gw/%ff%2f%zz',
        httpMethod: 'DELETE',
        multiValueHeaders,
        headers: {},
        body: everyByte.toString('base64'),
        isBase64Encoded: true,
      }),
      contextOf(),
    );
    expect(answer.statusCode).toBe(200);
    expect(Buffer.from(answer.body, 'base64').equals(everyByte)).toBe(true);
    expect(answer.multiValueHeaders).toMatchObject({
      'x-path': ['/gw/%ff%2f%zz'],
      'x-query': ['a=1&a=2&%ff'],
      'x-method': ['DELETE'],
      'access-control-allow-origin': ['*'],
      'x-content-type-options': ['nosniff'],
    });
  });

  it('refuses a longer body, saying what to do', async () => {
    const body = Buffer.alloc(301).toString('base64');
    const answer = await handler(eventOf({ body, isBase64Encoded: true }), contextOf());
    expect([answer.statusCode, JSON.parse(answer.body).error]).toMatchObject([
      413,
      { type: 'OBJECT_TOO_LARGE', message: 'a request body can have at most 300 bytes; send less' },
    ]);
  });

  it('answers OPTIONS itself, and a path of nobody with a 404', async () => {
    expect((await handler(eventOf({ httpMethod: 'OPTIONS' }), contextOf())).statusCode).toBe(204);
    expect((await handler(eventOf({ path: '/other' }), contextOf())).statusCode).toBe(404);
  });
});
