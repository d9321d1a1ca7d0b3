import type { Log } from '../../platform/lifecycle/log.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { BatchTime } from '../../platform/work/sqs-batch.ts';
import type { Invoker } from './backend.ts';
import { type BatchOutcome, type HeldBatches, holdSeconds } from './held-batch.ts';
import {
  type InvocationTask,
  maxReceives,
  maxTries,
  retryDelaySeconds,
  type SendTask,
} from './invocation-task.ts';
import { hasEnded, type Invocations } from './invocations.ts';
import { type FunctionRecord, isReady } from './record.ts';
import { accepted, begun, brokenOff, ended, reasonOf, runWithin } from './running.ts';

export interface InvocationWorkerOptions {
  functions: Pick<ResourceStore<FunctionRecord>, 'find'>;
  invocations: Invocations;
  invoker: Invoker;
  send: SendTask;
  held: HeldBatches;
  clock: { now(): number };
  log: Pick<Log, 'warn'>;
  random?: () => number;
}

/** Kept of the worker's time, for writing down how it ended. */
const settleMilliseconds = 3_000;
/** Over which Lambda itself ends the function: the answer that says so is on its way. */
const graceMilliseconds = 5_000;
/** A function that is being made or changed is soon there, and trying again for it is nobody's failure. */
const notReadySeconds = 2;
const maxNotReadyMilliseconds = 15 * 60_000;

export type InvocationOutcome =
  | 'SUCCESS'
  | 'FAILED'
  | 'ended before'
  | 'no such function'
  | 'no longer held'
  | 'tried again later';

const lostHold =
  'Its messages had gone back to their queue before it could begin: they come in another batch.';

/**
 * Runs accepted invocations. The message is the truth: whatever dies, it comes again, and what has ended is not run again.
 * What was cut off half way is run once more, and given up at the last receive; its record ends once. The messages of a batch are
 * deleted after its end was written.
 */
export const createInvocationWorker = (options: InvocationWorkerOptions) => {
  const { functions, invocations, invoker, send, held, clock, log, random = Math.random } = options;

  /** @param receives how often the queue has handed the message out, this time included */
  return async (
    task: InvocationTask,
    { signal, deadline }: BatchTime,
    receives = 1,
  ): Promise<InvocationOutcome> => {
    const of = { tenant: task.tenant, id: task.function_id };
    const settle = async (outcome: BatchOutcome): Promise<void> => {
      if (task.batch) await held.settle(task.tenant, task.batch, outcome, signal);
    };
    const known = await invocations.find(of, task.invocation_id, signal);
    if (known && hasEnded(known)) {
      // It may have died before it could.
      await settle({ ok: known.status === 'SUCCESS', result: known.result });
      return 'ended before';
    }
    const record = await functions.find(task.tenant, task.function_id, { signal });
    if (!record) {
      await settle({ ok: false });
      return 'no such function';
    }

    const failFor = async (reason: string): Promise<InvocationOutcome> => {
      const pending = known ?? accepted(task.invocation_id, task.function_id, task.accepted_at);
      await invocations.write(of, brokenOff(pending, reason, clock.now()), signal);
      await settle({ ok: false });
      return 'FAILED';
    };
    // Begun at each receive and never ended: it takes its worker along, and another try would leave it RUNNING for ever.
    if (known?.status === 'RUNNING' && receives >= maxReceives) return failFor('its runs came to no end');
    if (record.status === 'ERROR') return failFor(record.status_reason ?? 'the function is in ERROR');
    if (!isReady(record)) {
      if (clock.now() - Date.parse(task.accepted_at) > maxNotReadyMilliseconds)
        return failFor(record.status_reason ?? 'the function was not ready in time');
      await send(task, notReadySeconds, signal);
      return 'tried again later';
    }

    if (task.batch && !(await held.hold(task.tenant, task.batch, holdSeconds(record), signal))) {
      const pending = known ?? accepted(task.invocation_id, task.function_id, task.accepted_at);
      await invocations.write(of, brokenOff(pending, lostHold, clock.now()), signal);
      return 'no longer held';
    }
    const running = begun(task.invocation_id, task.function_id, clock.now());
    if (!(await invocations.write(of, running, signal))) return 'ended before';
    try {
      const ran = await runWithin(invoker, record, Buffer.from(task.payload, 'base64'), {
        milliseconds: Math.min(
          record.timeout * 1_000 + graceMilliseconds,
          deadline - Date.now() - settleMilliseconds,
        ),
        signal,
      });
      const done = ended(running, ran, clock.now());
      await invocations.write(of, done, signal);
      await settle({ ok: ran.statusCode === 0, result: ran.result });
      return done.status as 'SUCCESS' | 'FAILED';
    } catch (error) {
      if (signal.aborted) throw error;
      log.warn('an invocation was not run', {
        ...of,
        invocation: task.invocation_id,
        attempt: task.attempt,
        error,
      });
      if (task.attempt >= maxTries) {
        await invocations.write(of, brokenOff(running, reasonOf(error), clock.now()), signal);
        await settle({ ok: false });
        return 'FAILED';
      }
      // A message of its own: that of now would be hidden for as long as the longest function may run.
      await send({ ...task, attempt: task.attempt + 1 }, retryDelaySeconds(task.attempt, random()), signal);
      return 'tried again later';
    }
  };
};
