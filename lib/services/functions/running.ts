import { BackendError } from '../../platform/lifecycle/types.ts';
import type { Invoker, Ran } from './backend.ts';
import { maxResultBytes, timedOutCode } from './limits.ts';
import { keptLogs } from './logs.ts';
import type { FunctionRecord } from './record.ts';
import type { Invocation } from './schema.ts';

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** An invocation that begins now. */
export const begun = (id: string, function_id: string, now: number): Invocation => ({
  id,
  function_id,
  status: 'RUNNING',
  started_at: iso(now),
  duration_ms: 0,
  status_code: 0,
  logs: '',
});

/** One that was accepted, and is yet to be run. */
export const accepted = (id: string, function_id: string, at: string): Invocation => ({
  ...begun(id, function_id, 0),
  status: 'PENDING',
  started_at: at,
});

/** How one ended, as it is written down: a long result is left out. */
export const ended = (invocation: Invocation, ran: Ran, now: number): Invocation => ({
  ...invocation,
  status: ran.statusCode === 0 ? 'SUCCESS' : 'FAILED',
  status_code: ran.statusCode,
  ended_at: iso(now),
  duration_ms: Math.max(0, now - Date.parse(invocation.started_at)),
  logs: keptLogs(ran.logs),
  ...(ran.result !== undefined && Buffer.byteLength(ran.result) <= maxResultBytes && { result: ran.result }),
});

/** Of what the platform itself could not do. */
const platformCode = 1;

/** One that was not the user's code's to fail. */
export const brokenOff = (invocation: Invocation, reason: string, now: number): Invocation =>
  ended(invocation, { statusCode: platformCode, logs: reason }, now);

/** What the owner may read of a failure. */
export const reasonOf = (error: unknown): string =>
  error instanceof BackendError ? error.publicMessage : 'the platform failed to run the function';

/** It ran longer than it may. */
const tooLong = (seconds: number, advice: string): Ran => ({
  statusCode: timedOutCode,
  logs: `The function gave no answer within ${seconds} s.${advice}`,
});

/**
 * Runs a function and waits for it, for a bounded time: what has given no answer by then has failed, whatever it may
 * still be doing.
 * @throws BackendError where it was not run, or nobody knows
 */
export const runWithin = async (
  invoker: Invoker,
  { id, code }: Pick<FunctionRecord, 'id' | 'code'>,
  payload: Uint8Array,
  { milliseconds, advice = '', signal }: { milliseconds: number; advice?: string; signal: AbortSignal },
): Promise<Ran> => {
  const time = AbortSignal.timeout(Math.max(1, milliseconds));
  const timedOut = new Promise<Ran>((resolve) => {
    time.addEventListener('abort', () => resolve(tooLong(Math.round(milliseconds / 1_000), advice)), {
      once: true,
    });
  });
  const target = { functionId: id, model: code.model };
  const running = invoker.invoke(target, payload, AbortSignal.any([signal, time])).catch((error: unknown) => {
    if (time.aborted) return timedOut;
    throw error;
  });
  return Promise.race([running, timedOut]);
};
