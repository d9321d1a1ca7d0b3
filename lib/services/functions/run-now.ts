import type { Clock } from '../../platform/clock.ts';
import { CloudError, invalid } from '../../platform/errors/index.ts';
import type { NewId } from '../../platform/ids.ts';
import { BackendError } from '../../platform/lifecycle/types.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { Invoker, Ran } from './backend.ts';
import type { Invocations } from './invocations.ts';
import type { Invoking } from './invoking.ts';
import { maxSyncTimeoutSeconds, syncSeconds } from './limits.ts';
import { checkPayload } from './payload.ts';
import type { FunctionRecord } from './record.ts';
import { begun, brokenOff, ended, reasonOf, runWithin } from './running.ts';
import type { Invocation } from './schema.ts';
import { untilReady } from './until-ready.ts';

export interface RunNowOptions {
  store: Pick<ResourceStore<FunctionRecord>, 'get'>;
  invocations: Pick<Invocations, 'write'>;
  /** Made with the first invocation that needs it. */
  invoker(): Promise<Invoker>;
  clock: Clock;
  newId: NewId;
  sleep(milliseconds: number, signal: AbortSignal): Promise<unknown>;
}

/** How one went: as it is written down, and what the function itself gave, whole. */
export interface RanNow {
  invocation: Invocation;
  ran: Ran;
  model: FunctionRecord['code']['model'];
}

/**
 * Runs a function and waits, 27 s at most. User code that fails is an invocation that `FAILED`.
 * @param options `keepResult` false: what it gives back is not written down; `keepLogs` false: nor is what it writes
 * @throws CloudError `NOT_FOUND`, `INVALID_INPUT`, `OBJECT_TOO_LARGE`, `UNAVAILABLE` where it is not there yet or Lambda is
 *   busy, `INTERNAL` where the platform could not run it, of which there is a `FAILED` invocation as well
 */
export type RunNow = (
  caller: Invoking,
  functionId: string,
  payload: Uint8Array,
  options?: { keepResult?: boolean; keepLogs?: boolean },
) => Promise<RanNow>;

/** All of a request: waiting for the function to be there, running it, and writing down how it ended. */
const requestMilliseconds = 27_000;
/** Kept of it for the writing. */
const settleMilliseconds = 1_500;

/** Stands where the logs of an invocation would. */
const notKept = '(not kept)';

const advice = ' With async=true a function may run longer.';

export const createRunNow =
  ({ store, invocations, invoker, clock, newId, sleep }: RunNowOptions): RunNow =>
  async ({ principal, signal }, functionId, payload, { keepResult = true, keepLogs = true } = {}) => {
    const end = clock.now() + requestMilliseconds;
    const find = () => store.get(principal.tenant, functionId, { signal });
    const found = checkPayload(await find(), payload);
    // What runs at all should have a second for it.
    const record = await untilReady(found, end - settleMilliseconds - 1_000, {
      find,
      now: () => clock.now(),
      sleep: (milliseconds) => sleep(milliseconds, signal),
    });
    if (record.timeout > maxSyncTimeoutSeconds)
      throw invalid(
        'async',
        `the function may run for ${record.timeout} s: above ${maxSyncTimeoutSeconds} s it is invoked with async=true only`,
      );
    const running = begun(newId(), record.id, clock.now());
    const write = (invocation: Invocation) => invocations.write(record, invocation, signal);
    try {
      if (record.status === 'ERROR')
        throw new BackendError('rejected', record.status_reason ?? 'the function is in ERROR');
      const left = end - settleMilliseconds - clock.now();
      const ran = await runWithin(await invoker(), record, payload, {
        milliseconds: Math.min(syncSeconds * 1_000, left),
        advice,
        signal,
      });
      const { result, statusCode, logs } = ran;
      const kept = { statusCode, logs: keepLogs ? logs : notKept, ...(keepResult && { result }) };
      const done = ended(running, kept, clock.now());
      await write(done);
      return { invocation: done, ran, model: record.code.model };
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      if (error.failure === 'throttled' || error.failure === 'not_yet')
        throw new CloudError('UNAVAILABLE', error.publicMessage, { retryAfterSeconds: 1, cause: error });
      await write(brokenOff(running, reasonOf(error), clock.now()));
      throw new CloudError('INTERNAL', 'the function could not be run', { cause: error });
    }
  };
