import { describe, expect, it } from 'vitest';
import type { HeaderList } from '../../../../lib/platform/egress/egress.ts';
import {
  ageOf,
  freshSeconds,
  mayUseCache,
  varyOf,
} from '../../../../lib/services/gateway/proxy/cache-control.ts';
import { ResponseCache } from '../../../../lib/services/gateway/proxy/response-cache.ts';

const responseOf = (headers: HeaderList, bytes = 10) => ({
  status: 200,
  headers,
  body: Buffer.alloc(bytes),
  milliseconds: 5,
});
const cacheControl = (value: string): HeaderList => [['Cache-Control', value]];

describe('an answer is fresh', () => {
  it.each([
    ['max-age=60', 60],
    ['public, max-age=60', 60],
    ['Public, Max-Age="60"', 60],
    ['max-age=60, s-maxage=5', 5],
    ['max-age=999999', 3_600],
    ['', 0],
    ['public', 0],
    ['max-age=0', 0],
    ['max-age=-1', 0],
    ['max-age=x', 0],
    ['private, max-age=60', 0],
    ['private="x-a", max-age=60', 0],
    ['no-store, max-age=60', 0],
    ['no-cache, max-age=60', 0],
  ])('with Cache-Control %j for %s s', (value, seconds) => {
    expect(freshSeconds(200, cacheControl(value))).toBe(seconds);
  });

  it('for less the older it is, and never with a cookie or a status that says nothing for later', () => {
    const fresh = cacheControl('max-age=60');
    expect(freshSeconds(200, [...fresh, ['Age', '50']])).toBe(10);
    expect(freshSeconds(200, [...fresh, ['Age', '70']])).toBe(0);
    expect(freshSeconds(200, [...fresh, ['Set-Cookie', 'a=1']])).toBe(0);
    for (const status of [201, 206, 302, 400, 401, 500]) expect(freshSeconds(status, fresh)).toBe(0);
    expect(freshSeconds(404, fresh)).toBe(60);
  });
});

it.each([
  ['GET', [], true],
  ['GET', [['accept', 'x']], true],
  ['POST', [], false],
  ['HEAD', [], false],
  ['GET', [['authorization', 'x']], false],
  ['GET', [['Cookie', 'x']], false],
  ['GET', [['x-api-key', 'x']], false],
  ['GET', [['range', 'bytes=0-1']], false],
  ['GET', [['cache-control', 'no-cache']], false],
  ['GET', [['cache-control', 'no-store']], false],
  ['GET', [['cache-control', 'max-age=0']], false],
  ['GET', [['pragma', 'no-cache']], false],
] as [string, HeaderList, boolean][])('a %s with %j may use the cache: %s', (method, headers, may) => {
  expect(mayUseCache(method, headers)).toBe(may);
});

it.each([
  ['7', 7],
  ['', 0],
  ['x', 0],
  ['-1', 0],
  ['1e3', 0],
])('an answer of the age %j has been under way for %i seconds', (age, seconds) => {
  expect(ageOf([['Age', age]])).toBe(seconds);
});

it('reads Vary over all of its headers, and gives up at *', () => {
  expect(
    varyOf([
      ['Vary', 'Accept, Origin'],
      ['vary', 'accept'],
    ]),
  ).toEqual(['accept', 'origin']);
  expect(varyOf([])).toEqual([]);
  expect(varyOf([['Vary', 'Accept, *']])).toBeUndefined();
});

describe('the cache', () => {
  const make = () => {
    let now = 1_000_000;
    const cache = new ResponseCache({ now: () => now });
    return { cache, pass: (seconds: number) => (now += seconds * 1_000) };
  };

  it('gives an answer while it is fresh, with its age', () => {
    const { cache, pass } = make();
    cache.offer('k', [], responseOf([...cacheControl('max-age=60'), ['Age', '7']]));
    pass(10);
    expect(cache.get('k', [])?.headers).toContainEqual(['Age', '17']);
    expect(cache.get('other', [])).toBeUndefined();
    pass(43);
    expect(cache.get('k', [])).toBeUndefined();
  });

  it('keeps variants apart, the eight latest', () => {
    const { cache } = make();
    const vary = [...cacheControl('max-age=60'), ['Vary', 'Accept-Language']] as HeaderList;
    const language = (text: string): HeaderList => [['accept-language', text]];
    for (let i = 0; i < 10; i++)
      cache.offer('k', language(`l${i}`), responseOf([...vary, ['X-Which', `${i}`]]));
    expect(cache.get('k', language('l9'))?.headers).toContainEqual(['X-Which', '9']);
    expect(cache.get('k', language('l2'))?.headers).toContainEqual(['X-Which', '2']);
    expect(cache.get('k', language('l1'))).toBeUndefined();
    expect(cache.get('k', [])).toBeUndefined();
  });

  it('is bounded in bytes, and drops what was used longest ago', () => {
    const { cache } = make();
    const fresh = cacheControl('max-age=60');
    cache.offer('big', [], responseOf(fresh, 262_145));
    expect(cache.get('big', [])).toBeUndefined();
    for (let i = 0; i < 100; i++) {
      cache.offer(`k${i}`, [], responseOf(fresh, 262_144));
      cache.get('k0', []);
    }
    const kept = Array.from({ length: 100 }, (_, i) => i).filter((i) => cache.get(`k${i}`, []));
    expect(kept.length).toBeLessThanOrEqual(64);
    expect(kept).toEqual(expect.arrayContaining([0, 99]));
    expect(kept).not.toContain(1);
  });

  it('replaces an answer by a newer one', () => {
    const { cache } = make();
    cache.offer('k', [], responseOf([...cacheControl('max-age=60'), ['X-Which', 'old']]));
    cache.offer('k', [], responseOf([...cacheControl('max-age=60'), ['X-Which', 'new']]));
    expect(cache.get('k', [])?.headers).toContainEqual(['X-Which', 'new']);
  });
});
