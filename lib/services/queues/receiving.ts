import type { Clock } from '../../platform/clock.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import { onQueueIfThere } from './attempt.ts';
import type { Messaging, ReceivedMessage } from './backend.ts';
import type { Message, ReceiveQuery } from './message-schema.ts';
import type { Pollers } from './pollers.ts';
import { receiptHandle } from './receipts.ts';
import type { QueueRecord } from './record.ts';
import { refOf } from './settings.ts';

export interface ReceivingOptions {
  store: Pick<ResourceStore<QueueRecord>, 'get'>;
  messaging(): Promise<Messaging>;
  pollers: Pollers;
  clock: Clock;
}

/**
 * Bytes of JSON that an answer may have. Lambda takes 6 MB, https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html,
 * into which the answer goes as text once more: quotes and line feeds count twice.
 */
const maxAnswerBytes = 2_900_000;

/** How many messages fit: one always does. Others are left for the next. */
const fitting = (messages: readonly ReceivedMessage[]): number => {
  let bytes = 0;
  for (const [index, { body, attributes }] of messages.entries()) {
    bytes += Buffer.byteLength(JSON.stringify([body, attributes])) + 2_000;
    if (bytes > maxAnswerBytes) return Math.max(1, index);
  }
  return messages.length;
};

const messageOf = (queue: QueueRecord, message: ReceivedMessage, until: number): Message => ({
  id: message.id,
  queue_id: queue.id,
  body: message.body,
  receipt_handle: receiptHandle(queue, { handle: message.handle, until }),
  visible_at: new Date(until).toISOString(),
  received_count: message.receivedCount,
  created_at: new Date(message.sentAt).toISOString(),
  ...(message.groupId !== undefined && { message_group_id: message.groupId }),
  ...(message.deduplicationId !== undefined && { deduplication_id: message.deduplicationId }),
  ...(message.attributes !== undefined && { attributes: message.attributes }),
  ...(message.sequenceNumber !== undefined && { sequence_number: message.sequenceNumber }),
});

/** Receiving from queues: at once, or as soon as there is something. Each message is hidden from others for a while. */
export class Receiving {
  readonly #options: ReceivingOptions;

  constructor(options: ReceivingOptions) {
    this.#options = options;
  }

  /**
   * Up to `max_messages`, at once or within `wait_seconds`.
   * @throws CloudError `NOT_FOUND`, `RATE_LIMITED` where the tenant has too many requests that wait, `UNAVAILABLE`
   */
  async receive(caller: Caller, queueId: string, query: ReceiveQuery): Promise<Message[]> {
    const { store, pollers } = this.#options;
    const { tenant } = caller.principal;
    const queue = await store.get(tenant, queueId, { signal: caller.signal });
    const wait = query.wait_seconds ?? 0;
    if (wait === 0) return this.#receive(caller, queue, query.max_messages, 0);
    return pollers.within(tenant, wait, caller.signal, () =>
      this.#receive(caller, queue, query.max_messages, wait),
    );
  }

  async #receive(
    { signal }: Caller,
    queue: QueueRecord,
    maximum: number,
    waitSeconds: number,
  ): Promise<Message[]> {
    const { clock } = this.#options;
    const asked = clock.now();
    const request = { maximum, waitSeconds, visibilityTimeoutSeconds: queue.visibility_timeout };
    return onQueueIfThere(this.#options, [], async (messaging) => {
      const received = await messaging.receive(refOf(queue), request, signal);
      // Of a request that did not wait the earlier time is certain: no handle outlives its message's time.
      const until = (waitSeconds === 0 ? asked : clock.now()) + queue.visibility_timeout * 1_000;
      const count = fitting(received);
      const rest = received.slice(count);
      if (rest.length > 0)
        await messaging.release(
          refOf(queue),
          rest.map(({ handle }) => handle),
          signal,
        );
      return received.slice(0, count).map((message) => messageOf(queue, message, until));
    });
  }
}
