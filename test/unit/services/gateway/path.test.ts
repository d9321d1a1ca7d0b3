import { describe, expect, it } from 'vitest';
import { parsePath, targetOf } from '../../../../lib/services/gateway/proxy/path.ts';

const target = (path: string, query: string, prefix: string, strip_prefix: boolean, url: string) => {
  const parsed = parsePath(path);
  if (!parsed) throw new Error(`${path} is not below /gw`);
  return targetOf(parsed, query, { prefix, strip_prefix, url: new URL(url) });
};

describe('the path that a target is asked for', () => {
  it.each([
    ['/gw/api/x', '/api', 'http://t', '/x'],
    ['/gw/api', '/api', 'http://t', '/'],
    ['/gw/api/', '/api', 'http://t', '/'],
    ['/gw/api/x', '/api/', 'http://t', '/x'],
    ['/gw/api/x', '/api', 'http://t/base', '/base/x'],
    ['/gw/api/x', '/api', 'http://t/base/', '/base/x'],
    ['/gw/api', '/api', 'http://t/base', '/base/'],
    ['/gw/api/a%2Fb%20c', '/api', 'http://t', '/a%2Fb%20c'],
    ['/gw/api//a//', '/api', 'http://t', '//a//'],
    ['/gw/%61p%69/x%2F', '/api', 'http://t', '/x%2F'],
    ['/gw/api%2Fx', '/api', 'http://t', '/%2Fx'],
    ['/gw/apix', '/api', 'http://t', '/x'],
    ['/gw/api/%zz%', '/api', 'http://t', '/%zz%'],
    ['/gw/api/%C3%A4', '/api', 'http://t', '/%C3%A4'],
  ])('of %s below %s at %s, stripped, is %s', (path, prefix, url, expected) => {
    expect(target(path, '', prefix, true, url)).toBe(expected);
  });

  it.each([
    ['/gw/api/x', 'http://t', '/gw/api/x'],
    ['/gw/api/x%2F', 'http://t/base/', '/base/gw/api/x%2F'],
  ])('of %s at %s, not stripped, is %s', (path, url, expected) => {
    expect(target(path, '', '/api', false, url)).toBe(expected);
  });

  it.each([
    ['', 'http://t', '/'],
    ["a='b'&a=%27&c", 'http://t', "/?a='b'&a=%27&c"],
    ['a=1', 'http://t?own=2', '/?own=2&a=1'],
    ['', 'http://t?own=2', '/?own=2'],
  ])('keeps the query %j at %s', (query, url, expected) => {
    expect(target('/gw/api', query, '/api', true, url)).toBe(expected);
  });
});

describe('a path', () => {
  it.each(['/gw', '/gwx/a', '/', '/storage/gw/a'])('%s is not below /gw', (path) => {
    expect(parsePath(path)).toBeUndefined();
  });

  it.each([
    '/gw/a/..',
    '/gw/a/../b',
    '/gw/a/./b',
    '/gw/a/%2e%2e/b',
    '/gw/a/.%2E/b',
    '/gw/a/..%2fb',
    '/gw/a/..%5cb',
    '/gw/a%2f..%2fb',
    '/gw/a/..\\b',
  ])('%s has dot segments', (path) => {
    expect(parsePath(path)?.dotted).toBe(true);
  });

  it.each(['/gw/a/...', '/gw/a/.well-known', '/gw/a/b..c', '/gw/a/..b', '/gw/%252e%252e'])(
    '%s has none',
    (path) => {
      expect(parsePath(path)?.dotted).toBe(false);
    },
  );
});
