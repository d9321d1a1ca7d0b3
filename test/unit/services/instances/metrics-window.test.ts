import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { InstanceMetricsQuery } from '../../../../lib/services/instances/metrics-schema.ts';
import { metricsWindow } from '../../../../lib/services/instances/metrics-window.ts';

const now = Date.UTC(2026, 5, 1, 12, 0, 30);
const ago = (seconds: number): string => new Date(now - seconds * 1_000).toISOString();
const day = 86_400;

describe('the window of a query', () => {
  it.each([
    ['the last hour in minutes', {}, 3_660, 60],
    ['an hour before its end', { to: ago(7_200) }, 3_660, 60],
    ['a day in minutes', { from: ago(day) }, day + 60, 60],
    ['two days in five minutes, as minutes would be too many', { from: ago(2 * day) }, 2 * day + 300, 300],
    ['six days in hours', { from: ago(6 * day) }, 6 * day + 3_600, 3_600],
    [
      'what is older than 15 days in five minutes',
      { from: ago(16 * day), to: ago(15 * day) },
      day + 300,
      300,
    ],
    ['what is older than 63 days in hours', { from: ago(64 * day), to: ago(63 * day) }, day + 3_600, 3_600],
    ['a year in as many hours as are needed', { from: ago(365 * day) }, 31_550_400, 25_200],
    ['what was asked for', { from: ago(day), resolution: 3_600 }, day + 3_600, 3_600],
    ['up to now, where its end is to come', { from: ago(600), to: ago(-600) }, 660, 60],
  ])('is %s', (_, query, seconds, resolutionSeconds) => {
    const window = metricsWindow(query, now);
    expect([(window.to - window.from) / 1_000, window.resolutionSeconds]).toEqual([
      seconds,
      resolutionSeconds,
    ]);
    for (const bound of [window.from, window.to]) expect(bound % (resolutionSeconds * 1_000)).toBe(0);
  });

  it.each([
    ['begins where it ends', { from: ago(60), to: ago(60) }, 'from'],
    ['begins after its end', { from: ago(60), to: ago(120) }, 'from'],
    ['is to come', { from: ago(-60), to: ago(-120) }, 'from'],
    ['begins before anything that is kept', { from: ago(456 * day) }, 'from'],
    [
      'asks for minutes of 16 days ago',
      { from: ago(16 * day), to: ago(16 * day - 60), resolution: 60 },
      'resolution',
    ],
    [
      'asks for ten minutes of 64 days ago',
      { from: ago(64 * day), to: ago(63 * day), resolution: 600 },
      'resolution',
    ],
    ['has too many points', { from: ago(day + 60), resolution: 60 }, 'resolution'],
  ])('is refused where it %s', (_, query, path) => {
    expect(() => metricsWindow(query, now)).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path })] }),
    );
  });

  it.each([
    ['from', 'yesterday'],
    ['to', '2026-01-01'],
    ['resolution', '0'],
    ['resolution', '90'],
    ['resolution', '1e3'],
    ['resolution', '86460'],
    ['resolution', ''],
  ])('can’t be read from %s=%s', (name, value) => {
    const result = z.safeParse(InstanceMetricsQuery, { [name]: value });
    expect(result.error?.issues.map(({ path }) => path.join('.'))).toEqual([name]);
  });
});
