import { expect, it } from 'vitest';
import { VirtualTimers } from '../../../../../local/clock.ts';
import { startSchedules } from '../../../../../local/engine/events/schedule.ts';

const start = Date.UTC(2026, 0, 1);

it('runs a rate at once and then each period', () => {
  const timers = new VirtualTimers(start);
  const times: number[] = [];
  startSchedules([{ expression: 'rate(1 minute)', run: (time) => times.push(time - start) }], timers);
  timers.advance(150_000);
  expect(times).toEqual([0, 60_000, 120_000]);
});

it('runs a cron expression only when it falls due', () => {
  const timers = new VirtualTimers(start);
  const times: number[] = [];
  startSchedules([{ expression: 'cron(0 * * * ? *)', run: (time) => times.push(time - start) }], timers);
  timers.advance(2 * 3_600_000);
  expect(times).toEqual([3_600_000, 7_200_000]);
});

it('reaches times that lie beyond what a timer can hold', () => {
  const timers = new VirtualTimers(start);
  const times: string[] = [];
  startSchedules(
    [{ expression: 'at(2026-06-01T00:00:00)', run: (time) => times.push(new Date(time).toISOString()) }],
    timers,
  );
  timers.advance(200 * 86_400_000);
  expect(times).toEqual(['2026-06-01T00:00:00.000Z']);
});

it('stops', () => {
  const timers = new VirtualTimers(start);
  let runs = 0;
  const stop = startSchedules([{ expression: 'rate(1 minute)', run: () => (runs += 1) }], timers);
  stop();
  timers.advance(600_000);
  expect(runs).toBe(1);
});
