import { describe, expect, it } from 'vitest';
import { RouteTable } from '../../../../../local/engine/http/match-route.ts';

const keys = [
  '$default',
  'GET /instances',
  'POST /instances',
  'GET /instances/{id}',
  'GET /instances/{id}/logs',
  'GET /instances/mine',
  'ANY /instances/{name}/any',
  'GET /files/{proxy+}',
  'GET /files/readme',
  'ANY /everything/{rest+}',
];

const table = new RouteTable();
for (const routeKey of keys) table.add({ routeKey, integrationId: routeKey });

describe('the most specific route is taken', () => {
  it.each([
    ['GET', '/instances', 'GET /instances', {}],
    ['POST', '/instances', 'POST /instances', {}],
    ['PUT', '/instances', '$default', {}],
    ['GET', '/instances/', '$default', {}],
    ['GET', '/instances/i-1', 'GET /instances/{id}', { id: 'i-1' }],
    ['GET', '/instances/mine', 'GET /instances/mine', {}],
    ['GET', '/instances/mine/logs', 'GET /instances/{id}/logs', { id: 'mine' }],
    ['DELETE', '/instances/i-1/any', 'ANY /instances/{name}/any', { name: 'i-1' }],
    ['HEAD', '/instances', '$default', {}],
    ['OPTIONS', '/instances/i-1', '$default', {}],
    ['GET', '/files/a/b%20c', 'GET /files/{proxy+}', { proxy: 'a/b c' }],
    ['GET', '/files/readme', 'GET /files/readme', {}],
    ['GET', '/files/readme/x', 'GET /files/{proxy+}', { proxy: 'readme/x' }],
    ['GET', '/files/', '$default', {}],
    ['PATCH', '/everything/at/all', 'ANY /everything/{rest+}', { rest: 'at/all' }],
    ['GET', '/instances/a%2Fb', 'GET /instances/{id}', { id: 'a/b' }],
    ['GET', '/nowhere', '$default', {}],
  ])('%s %s → %s', (method, path, routeKey, pathParameters) => {
    expect(table.match(method, path)).toEqual({
      route: { routeKey, integrationId: routeKey },
      pathParameters,
    });
  });
});

it('finds nothing without a $default', () => {
  const empty = new RouteTable();
  empty.add({ routeKey: 'GET /a', integrationId: 'a' });
  expect(empty.match('GET', '/b')).toBeUndefined();
});
