import * as z from 'zod/mini';
import { nextDue } from './due.ts';
import { parseSchedule, ScheduleError } from './parse.ts';

/** Characters, prefix and all (contract 2.13). */
export const maxScheduleLength = 100;

/** Why a schedule can't be taken; `undefined`: it can. */
const problemOf = (text: string): string | undefined => {
  try {
    if (nextDue(parseSchedule(text), Date.now(), 0) === undefined) return 'never falls due';
    return undefined;
  } catch (error) {
    if (error instanceof ScheduleError) return error.message;
    throw error;
  }
};

/** A schedule of contract 2.13 that falls due some time. */
export const CronSchedule = z.string().check(
  z.minLength(1),
  z.maxLength(maxScheduleLength),
  z.check((payload) => {
    if (payload.value.length > maxScheduleLength) return;
    const problem = problemOf(payload.value);
    if (problem) payload.issues.push({ code: 'custom', message: problem, input: payload.value });
  }),
);
