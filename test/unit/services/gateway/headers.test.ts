import { describe, expect, it } from 'vitest';
import type { HeaderList } from '../../../../lib/platform/egress/egress.ts';
import { requestHeaders, responseHeaders } from '../../../../lib/services/gateway/proxy/headers.ts';

const forwarding = {
  viewerAddress: '192.0.2.1',
  host: 'cloud.example.com',
  scheme: 'https',
  requestId: 'r-1',
  requiresKey: false,
};
const platformKey = `thecloud_${'a'.repeat(32)}`;
const sent = (headers: HeaderList, more: Partial<Parameters<typeof requestHeaders>[1]> = {}) =>
  requestHeaders(headers, { ...forwarding, ...more });
const names = (headers: HeaderList) => headers.map(([name]) => name.toLowerCase());

describe('the headers that a target is sent', () => {
  it('are those of the request, in order, repeated ones too', () => {
    const headers: HeaderList = [
      ['x-b', '1'],
      ['accept', '*/*'],
      ['x-b', '2'],
      ['cookie', 'a=1'],
      ['authorization', 'Basic eA=='],
    ];
    expect(sent(headers).slice(0, 5)).toEqual(headers);
  });

  it.each([
    'connection',
    'keep-alive',
    'proxy-authenticate',
    'proxy-authorization',
    'proxy-connection',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
    'expect',
    'host',
    'content-length',
    'forwarded',
    'via',
    'x-real-ip',
    'x-amzn-trace-id',
    'cloudfront-viewer-country',
  ])('are without %s', (name) => {
    expect(names(sent([[name, 'x']]))).not.toContain(name);
  });

  it('are without what Connection names, in any case', () => {
    const headers: HeaderList = [
      ['connection', 'close, X-One'],
      ['Connection', 'x-two'],
      ['x-one', '1'],
      ['X-Two', '2'],
      ['x-three', '3'],
    ];
    expect(names(sent(headers))).toEqual(expect.arrayContaining(['x-three']));
    expect(names(sent(headers))).not.toEqual(expect.arrayContaining(['x-one']));
    expect(names(sent(headers))).not.toEqual(expect.arrayContaining(['x-two']));
  });

  it('say where the request came from, whatever it says itself', () => {
    const headers: HeaderList = [
      ['x-forwarded-for', '198.51.100.1'],
      ['x-forwarded-host', 'evil.example'],
      ['x-forwarded-proto', 'http'],
      ['x-request-id', 'theirs'],
    ];
    expect(sent(headers, { strippedPrefix: '/gw/a' })).toEqual([
      ['X-Forwarded-For', '192.0.2.1'],
      ['X-Forwarded-Host', 'cloud.example.com'],
      ['X-Forwarded-Proto', 'https'],
      ['X-Forwarded-Prefix', '/gw/a'],
      ['X-Request-ID', 'r-1'],
    ]);
  });

  it.each([
    ['a platform key on an open route', platformKey, false, false],
    ['a platform key with space before it', ` ${platformKey}`, false, false],
    ['a platform key in capitals', platformKey.toUpperCase(), false, false],
    ["the target's own key on an open route", 'own', false, true],
    ['any key on a protected route', 'own', true, false],
  ])('hold %s: %s', (_, key, requiresKey, passes) => {
    expect(names(sent([['x-api-key', key]], { requiresKey })).includes('x-api-key')).toBe(passes);
  });
});

describe('the headers that a caller is sent', () => {
  it('are those of the answer, each with all its values, without those of the connection and of the host', () => {
    const headers: HeaderList = [
      ['Set-Cookie', 'a=1'],
      ['set-cookie', 'b=2'],
      ['Connection', 'X-Hop'],
      ['X-Hop', '1'],
      ['Transfer-Encoding', 'chunked'],
      ['Content-Length', '3'],
      ['Clear-Site-Data', '"*"'],
      ['Service-Worker-Allowed', '/'],
      ['Strict-Transport-Security', 'max-age=0'],
      ['X-Request-ID', 'theirs'],
      ['Content-Encoding', 'gzip'],
    ];
    const { 'content-security-policy': _, ...kept } = responseHeaders(headers);
    expect(kept).toEqual({ 'set-cookie': ['a=1', 'b=2'], 'content-encoding': ['gzip'] });
  });

  it.each(['constructor', '__proto__', 'toString'])('may be named %s', (name) => {
    const kept = responseHeaders([
      [name, '1'],
      [name, '2'],
    ]);
    expect(Object.entries(kept)).toContainEqual([name.toLowerCase(), ['1', '2']]);
  });

  it('put every page in a sandbox, whose policy the target can only narrow', () => {
    const policies = responseHeaders([['Content-Security-Policy', "default-src 'none'"]])[
      'content-security-policy'
    ];
    expect(policies).toEqual([
      "default-src 'self'",
      expect.stringMatching(/^sandbox /),
      "default-src 'none'",
    ]);
    expect(policies?.join()).not.toContain('allow-same-origin');
  });
});
