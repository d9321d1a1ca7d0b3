import { Cron } from 'croner';

export const maxCronLength = 100;

const read = (expression: string, timeZone: string): Cron =>
  new Cron(expression, { timezone: timeZone, mode: '5-part' });

/**
 * When a cron expression falls due next after a time, in milliseconds; `undefined` where it never does again. Where clocks
 * go forward, a time that is skipped falls due at once afterwards; where they go back, one that comes twice falls due once.
 * @throws Error for what is no expression
 */
export const nextTime = (expression: string, timeZone: string, after: number): number | undefined =>
  read(expression, timeZone).nextRun(new Date(after))?.getTime();

/** Whether it is an expression that falls due some time. */
export const mayFall = (expression: string): boolean => {
  try {
    return nextTime(expression, 'UTC', Date.now()) !== undefined;
  } catch {
    return false;
  }
};

/** Whether it names a time zone, as IANA writes it. */
export const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};
