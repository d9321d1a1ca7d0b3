import { CloudError, retryable } from '../errors/index.ts';
import type { Reconciled } from '../table/resource.ts';
import { changesByItself, eventOf } from './events.ts';
import type { Change } from './types.ts';
import { BackendError } from './types.ts';

/** Failures in a row that a generation may have. */
export const errorBudget = 5;

/** Whether nothing is to be done: what is wanted is there, and no later look was asked for. */
export const isAtRest = (record: Reconciled): boolean =>
  record.observed_generation >= record.generation && !record.deleted_at && !record.next_attempt_at;

const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** What of a change is new to the record; `undefined` where it is nothing. */
export const newTo = <R extends Reconciled>(
  record: R,
  { set = {}, remove = [], extra = [] }: Change<R>,
): Change<R> | undefined => {
  const changed = Object.entries(set).filter(
    ([name, value]) => value !== undefined && !same(value, record[name as keyof R]),
  );
  const removed = remove.filter((name) => record[name] !== undefined && !(name in set));
  if (changed.length === 0 && removed.length === 0 && extra.length === 0) return undefined;
  return { set: Object.fromEntries(changed) as Partial<R>, remove: removed, extra };
};

const secondMilliseconds = 1_000;
/** How long EC2 may take to show what it has done: https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html */
const consistencyMilliseconds = 5 * secondMilliseconds;
const notYetMilliseconds = 2 * secondMilliseconds;
const maxBackOffMilliseconds = 900 * secondMilliseconds;

/** How a failure of the cloud, or of ours, is treated. */
export interface Treatment {
  /** Whether it uses up the error budget. */
  counts: boolean;
  /** Whether no other try can succeed. */
  final: boolean;
  /** What the owner may read; absent where it does not concern them. */
  reason?: string;
  waitMilliseconds: number;
}

/** Doubles with each failure, up to 15 minutes, half of it jitter. */
const backOff = (failures: number, random: number): number => {
  const full = Math.min(maxBackOffMilliseconds, secondMilliseconds * 2 ** (failures + 1));
  return full / 2 + (random * full) / 2;
};

/** @param random from 0 up to 1 */
export const treatmentOf = (error: unknown, failures: number, random: number): Treatment => {
  if (!(error instanceof BackendError))
    return {
      counts: true,
      final: false,
      reason: 'an internal error',
      waitMilliseconds: backOff(failures, random),
    };
  const reason = error.publicMessage;
  switch (error.failure) {
    case 'throttled':
      return { counts: false, final: false, waitMilliseconds: secondMilliseconds * (1 + 4 * random) };
    case 'not_yet':
      return { counts: false, final: false, waitMilliseconds: notYetMilliseconds };
    case 'ambiguous':
      return { counts: false, final: false, waitMilliseconds: consistencyMilliseconds };
    case 'rejected':
    case 'exhausted':
      return { counts: true, final: true, reason, waitMilliseconds: backOff(failures, random) };
    case 'capacity':
    case 'broken':
      return { counts: true, final: false, reason, waitMilliseconds: backOff(failures, random) };
  }
};

/** Whether it is the platform's own tables that had no time: the message goes back to its queue. */
export const isPassing = (error: unknown): boolean =>
  error instanceof CloudError && retryable[error.kind] && error.type !== 'INTERNAL';

/**
 * Why no other try will be made after this failure, safe to show to the owner; `undefined` where another one is due.
 * @param failures in a row before it
 */
export const finalReasonOf = (error: unknown, failures: number): string | undefined => {
  if (isPassing(error)) return undefined;
  const { counts, final, reason } = treatmentOf(error, failures, 0);
  return counts && (final || failures + 1 >= errorBudget) ? (reason ?? 'an internal error') : undefined;
};

/** What makes a record one that will not be what was wanted: `ERROR`, out of the work index. @param at RFC 3339 */
export const failedChange = <R extends Reconciled>(record: R, reason: string, at: string): Change<R> => {
  const phase = changesByItself(record, 'ERROR') ? 'observed' : 'failed';
  const event = eventOf(record, { phase, error: reason }, at);
  const set = {
    status: 'ERROR',
    status_reason: reason,
    observed_generation: record.generation,
    ...(event && { event }),
  };
  return { set: set as Partial<R>, remove: ['next_attempt_at', 'desired_status'] };
};
