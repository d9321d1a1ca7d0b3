import { describe, expect, it } from 'vitest';
import { nextAttemptAt, tryingMilliseconds } from '../../../../lib/services/deliveries/back-off.ts';

const hour = 3_600_000;

describe('the next attempt', () => {
  it.each([
    [1, 10_000],
    [2, 20_000],
    [5, 160_000],
    [10, 5_120_000],
    [11, 2 * hour],
    [40, 2 * hour],
  ])('after %i failures is at most %i ms later, at least a second', (attempts, most) => {
    expect(nextAttemptAt(attempts, { since: 0, now: hour, random: 1 })).toBe(hour + most);
    expect(nextAttemptAt(attempts, { since: 0, now: hour, random: 0 })).toBe(hour + 1_000);
  });

  it('is made at the end of the day at the latest, and is the last', () => {
    const now = tryingMilliseconds - hour;
    expect(nextAttemptAt(20, { since: 0, now, random: 1 })).toBe(tryingMilliseconds);
    expect(nextAttemptAt(21, { since: 0, now: tryingMilliseconds, random: 1 })).toBeUndefined();
  });

  it.each([
    ['later than its own pause: within ten seconds after it', hour, 0.5, 2 * hour, 2 * hour + 5_000],
    ['sooner than its own pause: that pause', hour, 1, hour + 1, hour + 10_000],
    ['beyond the day: the end of the day', hour, 0, 9 * tryingMilliseconds, tryingMilliseconds],
  ])('that the endpoint wants %s', (_, now, random, notBefore, expected) => {
    expect(nextAttemptAt(1, { since: 0, now, random, notBefore })).toBe(expected);
  });

  it('comes some 20 to 50 times in a day', () => {
    for (const random of [0.35, 0.5, 0.65]) {
      let attempts = 1;
      for (let now = 0; ; attempts++) {
        const next = nextAttemptAt(attempts, { since: 0, now, random });
        if (next === undefined) break;
        now = next;
      }
      expect(attempts).toBeGreaterThan(18);
      expect(attempts).toBeLessThan(52);
    }
  });
});
