import type { Timers } from '../../clock.ts';
import { CronError, parseCron } from './cron.ts';

/** Longest wait that a timer can hold; a farther time is reached in several steps. */
const longestTimer = 2 ** 31 - 1;

const units: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

const everyMilliseconds = (expression: string): number | undefined => {
  const [, count, unit] = expression.match(/^rate\((\d+) (minute|hour|day)s?\)$/) ?? [];
  return count && unit ? Number(count) * (units[unit] ?? 0) : undefined;
};

/**
 * Reads `rate(…)`, `cron(…)` or `at(…)`: the first time after the given one, undefined when there is none any more.
 *
 * @throws CronError where it is none of them
 */
export const parseSchedule = (expression: string): ((after: number) => number | undefined) => {
  const every = everyMilliseconds(expression);
  if (every) return (after) => after + every;
  const cron = expression.match(/^cron\((.+)\)$/)?.[1];
  if (cron) return parseCron(cron);
  const at = expression.match(/^at\((.+)\)$/)?.[1];
  const once = at ? Date.parse(`${at}Z`) : Number.NaN;
  if (Number.isNaN(once)) throw new CronError(`not a schedule: ${expression}`);
  return (after) => (after < once ? once : undefined);
};

/** A schedule that runs on the engine's clock. */
export interface Schedule {
  expression: string;
  run(time: number): void;
}

/**
 * Starts schedules; the answer stops them. A `rate` runs at once as well, so that after a restart nothing waits a whole
 * period for its sweep.
 */
export const startSchedules = (schedules: readonly Schedule[], timers: Timers): (() => void) => {
  const cancel = new Map<Schedule, () => void>();
  const arm = (
    schedule: Schedule,
    next: (after: number) => number | undefined,
    due: number | undefined,
  ): void => {
    if (due === undefined) return;
    const wait = Math.max(0, due - timers.now());
    const wake =
      wait > longestTimer
        ? timers.after(longestTimer, () => arm(schedule, next, due))
        : timers.after(wait, () => {
            schedule.run(due);
            arm(schedule, next, next(due));
          });
    cancel.set(schedule, wake);
  };
  for (const schedule of schedules) {
    const next = parseSchedule(schedule.expression);
    if (schedule.expression.startsWith('rate(')) schedule.run(timers.now());
    arm(schedule, next, next(timers.now()));
  }
  return () => {
    for (const stop of cancel.values()) stop();
  };
};
