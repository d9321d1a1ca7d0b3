import type { CronJobRecord } from './record.ts';

/** How one call of a job's target ended. */
export interface CallResult {
  ok: boolean;
  /** HTTP status of the answer, where there was one. */
  statusCode?: number;
  /** The answer's body, cut. */
  response?: string;
  /** Why it failed, where no answer says so; safe to show. */
  error?: string;
  /** Whether another call may end otherwise. */
  mayRetry: boolean;
  milliseconds: number;
}

export interface Call {
  job: CronJobRecord;
  /** The run's id: the same for each of its calls, so that a target can drop what it has had already. */
  key: string;
}

/** Calls a job's target once. @throws only where the call was given up before its end */
export type CallTarget = (call: Call, signal: AbortSignal) => Promise<CallResult>;
