import type { Clock } from '../../platform/clock.ts';
import type { NewId } from '../../platform/ids.ts';
import type { Log } from '../../platform/lifecycle/log.ts';
import {
  accepted,
  brokenOff,
  type FunctionRecord,
  holdSeconds,
  type Invocations,
  maxPayloadBytes,
  type SendTask,
} from '../functions/service.ts';
import { type Messaging, type QueueRecord, type ReceivedMessage, refOf } from '../queues/service.ts';
import { backAfterSeconds } from './back-after.ts';
import { sqsEvent } from './event.ts';
import { packed } from './packs.ts';
import type { EventSourceRecord } from './record.ts';

export interface PollerOptions {
  messaging: Pick<Messaging, 'receive' | 'counts' | 'hide'>;
  send: SendTask;
  invocations: Pick<Invocations, 'accept' | 'write'>;
  clock: Clock;
  newId: NewId;
  sleep(milliseconds: number, signal: AbortSignal): Promise<unknown>;
  log: Pick<Log, 'warn'>;
}

/** What a look at a queue is for. */
export interface Polled {
  source: EventSourceRecord;
  queue: QueueRecord;
  owner: FunctionRecord;
  /** Whether messages have come lately: then it is waited for more. */
  active: boolean;
}

/** Milliseconds of a look at a queue that is in use. Two of them fit a worker's 20 s. */
const lookMilliseconds = 8_000;
/** Seconds of a look at one that is not. A short poll, of 0, may miss what is there. */
const idleWaitSeconds = 1;
/** Batches of one source at a time, as many as Lambda begins with; of small ones so many messages. */
const batchesAtOnce = 5;
const messagesAtOnce = 20;
const fullPauseMilliseconds = 250;

/**
 * Takes messages from a queue and hands each batch over as an accepted invocation, whose message keeps hold of them: they stay in
 * their queue, hidden, until the function has ended. What dies in between, the queue gives out again.
 * @returns how many messages were taken
 */
export const createPoller = (options: PollerOptions) => {
  const { messaging, send, invocations, clock, newId, log } = options;

  const handOver = async (
    { source, queue, owner }: Polled,
    messages: readonly ReceivedMessage[],
    heldUntil: number,
    signal: AbortSignal,
  ): Promise<void> => {
    const at = new Date(clock.now()).toISOString();
    const pending = accepted(newId(), owner.id, at);
    await send(
      {
        tenant: source.tenant,
        function_id: owner.id,
        invocation_id: pending.id,
        payload: sqsEvent(queue, messages, heldUntil).toString('base64'),
        accepted_at: at,
        attempt: 1,
        batch: {
          source_id: source.id,
          queue_id: queue.id,
          reports: source.report_batch_item_failures && owner.code.model === 'handler',
          messages: messages.map(({ id, handle, groupId }) => ({
            id,
            handle,
            ...(groupId !== undefined && { group: groupId }),
          })),
        },
      },
      0,
      signal,
    );
    await invocations
      .accept(owner, pending, signal)
      .catch((error: unknown) => log.warn('an accepted invocation does not show yet', { error }));
  };

  const giveBack = async (
    queue: QueueRecord,
    messages: readonly ReceivedMessage[],
    seconds: number,
    signal: AbortSignal,
  ): Promise<void> => {
    if (messages.length === 0) return;
    const handles = messages.map(({ handle }) => handle);
    await messaging.hide(refOf(queue), handles, seconds, signal);
  };

  /** No function can be given it: that it was not run is seen among the invocations, and its receives are counted. */
  const refuse = async ({ owner, queue }: Polled, message: ReceivedMessage, signal: AbortSignal) => {
    const now = clock.now();
    const pending = accepted(newId(), owner.id, new Date(now).toISOString());
    const reason = `The event of message ${message.id} has more than ${maxPayloadBytes} bytes: no function can take it.`;
    await invocations.write(owner, brokenOff(pending, reason, now), signal);
    await giveBack(queue, [message], backAfterSeconds(queue), signal);
  };

  const take = async (polled: Polled, waitSeconds: number, signal: AbortSignal): Promise<number> => {
    const { source, queue, owner } = polled;
    const seconds = holdSeconds(owner);
    const received = await messaging.receive(
      refOf(queue),
      { maximum: source.batch_size, waitSeconds, visibilityTimeoutSeconds: seconds },
      signal,
    );
    const heldUntil = clock.now() + seconds * 1_000;
    const { packs, tooLong, later } = packed(received, {
      fifo: queue.fifo ?? false,
      maxBytes: maxPayloadBytes,
      bytesOf: (some) => sqsEvent(queue, some, heldUntil).byteLength,
    });
    let handed = 0;
    try {
      for (const pack of packs) {
        await handOver(polled, pack, heldUntil, signal);
        handed++;
      }
      for (const message of tooLong) await refuse(polled, message, signal);
      await giveBack(queue, later, 0, signal);
      return received.length;
    } catch (error) {
      // Nobody has the rest: it need not stay hidden for as long as a function may run.
      const rest = [...packs.slice(handed).flat(), ...later];
      await giveBack(queue, rest, 0, signal).catch((cause: unknown) =>
        log.warn('messages could not be given back: they come when their time is over', { error: cause }),
      );
      throw error;
    }
  };

  return async (polled: Polled, signal: AbortSignal): Promise<number> => {
    const { source, queue, active } = polled;
    const end = clock.now() + lookMilliseconds;
    const most = Math.max(messagesAtOnce, batchesAtOnce * source.batch_size);
    let taken = 0;
    let inUse = active;
    for (;;) {
      const left = end - clock.now();
      if (left <= 0) return taken;
      if (inUse && (await messaging.counts(refOf(queue), signal)).inFlight >= most) {
        await options.sleep(Math.min(fullPauseMilliseconds, left), signal);
        continue;
      }
      const waitSeconds = inUse ? Math.max(1, Math.floor(left / 1_000)) : idleWaitSeconds;
      const count = await take(polled, waitSeconds, signal);
      taken += count;
      if (count > 0) inUse = true;
      else if (!active && taken === 0) return 0;
    }
  };
};
