import { nextTime } from '../../platform/calendar/next-time.ts';

export { nextTime } from '../../platform/calendar/next-time.ts';
export { isTimeZone } from '../../platform/calendar/time-zone.ts';

export const maxCronLength = 100;

/** Whether it is an expression that falls due some time. */
export const mayFall = (expression: string): boolean => {
  try {
    return nextTime(expression, 'UTC', Date.now()) !== undefined;
  } catch {
    return false;
  }
};
