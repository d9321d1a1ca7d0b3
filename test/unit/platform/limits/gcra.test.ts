import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allows, charged, perMinute, perSecond, standing } from '../../../../lib/platform/limits/gcra.ts';
import { LruMap } from '../../../../lib/platform/limits/lru.ts';
import { networkOf } from '../../../../lib/platform/limits/network.ts';

describe('the token bucket', () => {
  const shape = perMinute(5, 5);

  it('lets the burst pass at once, and then one each interval', () => {
    let fullAt = 0;
    const passed: number[] = [];
    for (const now of [0, 0, 0, 0, 0, 0, 11_999, 12_000, 12_001, 24_000]) {
      if (!allows(shape, fullAt, now)) continue;
      fullAt = charged(shape, fullAt, now);
      passed.push(now);
    }
    expect(passed).toEqual([0, 0, 0, 0, 0, 12_000, 24_000]);
  });

  it.each([
    ['full', 0, 60_000, { remaining: 5, retryAfter: 0, resetAfter: 0 }],
    ['one taken', 72_000, 60_000, { remaining: 4, retryAfter: 0, resetAfter: 12_000 }],
    ['empty', 120_000, 60_000, { remaining: 0, retryAfter: 12_000, resetAfter: 60_000 }],
    ['overdrawn', 144_000, 60_000, { remaining: 0, retryAfter: 36_000, resetAfter: 84_000 }],
  ])('stands as %s', (_, fullAt, now, expected) => {
    expect(standing(shape, fullAt, now, true)).toMatchObject(expected);
  });

  it('never lets more pass than burst and rate allow, whatever the arrivals', () => {
    const limit = perSecond(100, 20);
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: 200 }), (gaps) => {
        let now = 0;
        let fullAt = 0;
        let passed = 0;
        for (const gap of gaps) {
          now += gap;
          if (!allows(limit, fullAt, now)) continue;
          fullAt = charged(limit, fullAt, now);
          passed++;
        }
        expect(passed).toBeLessThanOrEqual(20 + now / limit.interval + 1e-6);
      }),
    );
  });
});

describe('what counts as one caller by address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8:85a3::8a2e:370:7334', '2001:db8:85a3:0::/64'],
    ['2001:0db8:85a3:0000:ffff::1', '2001:db8:85a3:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['', ''],
  ])('%s → %s', (address, network) => expect(networkOf(address)).toBe(network));
});

describe('the map of callers', () => {
  it('forgets what was used longest ago', () => {
    const map = new LruMap<number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.get('a');
    map.set('c', 3);
    expect([map.size, map.get('a'), map.get('b'), map.get('c')]).toEqual([2, 1, undefined, 3]);
  });
});
