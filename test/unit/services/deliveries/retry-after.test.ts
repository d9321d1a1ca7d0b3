import { describe, expect, it } from 'vitest';
import { retryAfter } from '../../../../lib/services/deliveries/retry-after.ts';

const now = Date.UTC(2026, 10, 25, 12);

describe('Retry-After of an endpoint', () => {
  it.each<[string, number, string | undefined, number | undefined]>([
    ['seconds', 503, '120', now + 120_000],
    ['seconds, of one that limits', 429, ' 7 ', now + 7_000],
    ['0 seconds', 503, '0', now],
    ['a date', 429, 'Wed, 25 Nov 2026 13:00:00 GMT', now + 3_600_000],
    ['a date that has been', 503, 'Wed, 25 Nov 2026 11:00:00 GMT', now - 3_600_000],
    ['nothing', 503, undefined, undefined],
    ['with a success', 200, '120', undefined],
    ['with another failure', 500, '120', undefined],
    ['less than nothing', 503, '-5', undefined],
    ['a fraction', 503, '1.5', undefined],
    ['a number beyond all time', 503, '99999999999', undefined],
    ['another date format', 503, '2026-11-25T13:00:00Z', undefined],
    ['a date that there is not', 503, 'Wed, 99 Nov 2026 13:00:00 GMT', undefined],
    ['words', 503, 'soon', undefined],
  ])('%s', (_, status, value, expected) => {
    const headers = value === undefined ? [] : [['RETRY-AFTER', value] as const];
    expect(retryAfter(status, headers, now)).toBe(expected);
  });
});
