import type { Clock } from '../../platform/clock.ts';
import { CloudError, invalid, notFound } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import { type AttemptOptions, onQueue, onQueueIfThere } from './attempt.ts';
import { attributeBytes } from './attributes.ts';
import type {
  DeletedMessages,
  Message,
  MessageVisibility,
  SendMessage,
  SentMessages,
} from './message-schema.ts';
import { openReceipt, receiptHandle } from './receipts.ts';
import type { QueueRecord } from './record.ts';
import { outgoing, sentMessage } from './sending.ts';
import { refOf } from './settings.ts';

export interface QueueMessagesOptions extends AttemptOptions {
  store: Pick<ResourceStore<QueueRecord>, 'get'>;
  clock: Clock;
}

/** Bytes of all bodies of a batch: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const maxBatchBytes = 1_048_576;

/**
 * Sending to queues, and what is done with what was received: each call is one of the backend's, and writes nothing of ours, so that what is
 * answered with success is durable and nothing else can fail.
 */
export class QueueMessages {
  readonly #options: QueueMessagesOptions;

  constructor(options: QueueMessagesOptions) {
    this.#options = options;
  }

  /**
   * Sends one message. Once it answers, the message is durable; a repeat after a failure may send it twice, but for FIFO
   * queues, which know it by its deduplication id.
   * @throws CloudError `NOT_FOUND`, `INVALID_INPUT` naming the field, `UNAVAILABLE`
   */
  async send(caller: Caller, queueId: string, message: SendMessage): Promise<Message> {
    const queue = await this.#find(caller, queueId);
    const ready = outgoing(queue, message);
    const [sent] = await this.#send(queue, caller, [ready]);
    if (!sent || !('id' in sent)) throw refusal(sent?.reason, sent?.isOurs);
    return sentMessage(queue, message, sent, this.#options.clock.now());
  }

  /**
   * Sends up to ten messages. Each goes through or fails by itself; what is wrong with the request sends none.
   * @throws CloudError `NOT_FOUND`, `INVALID_INPUT` naming message and field, `UNAVAILABLE`
   */
  async sendBatch(caller: Caller, queueId: string, messages: readonly SendMessage[]): Promise<SentMessages> {
    const queue = await this.#find(caller, queueId);
    const ready = messages.map((message, index) => outgoing(queue, message, index));
    const bytes = messages.reduce(
      (sum, { body, attributes }) => sum + Buffer.byteLength(body) + attributeBytes(attributes),
      0,
    );
    if (bytes > maxBatchBytes)
      throw invalid('messages', `have ${bytes} bytes together; a batch can have ${maxBatchBytes}`);
    const results = await this.#send(queue, caller, ready);
    const now = this.#options.clock.now();
    const answer: SentMessages = { sent: [], failed: [] };
    for (const [index, result] of results.entries()) {
      if ('id' in result)
        answer.sent.push({ ...sentMessage(queue, messages[index] as SendMessage, result, now), index });
      else answer.failed.push({ index, ...shown(refusal(result.reason, result.isOurs)) });
    }
    return answer;
  }

  /** Deletes a received message, within the time that it is hidden. @throws CloudError `NOT_FOUND`, `UNAVAILABLE` */
  async delete(caller: Caller, queueId: string, handle: string): Promise<void> {
    const { failed } = await this.deleteBatch(caller, queueId, [handle]);
    if (failed.length > 0) throw notFound('message');
  }

  /** Deletes up to ten received messages, each by itself. @throws CloudError `NOT_FOUND` for the queue, `UNAVAILABLE` */
  async deleteBatch(caller: Caller, queueId: string, handles: readonly string[]): Promise<DeletedMessages> {
    const queue = await this.#find(caller, queueId);
    const now = this.#options.clock.now();
    const opened = handles.map((handle) => openReceipt(queue, handle, now)?.handle);
    const good = opened.filter((handle) => handle !== undefined);
    const removed =
      good.length === 0
        ? []
        : await onQueueIfThere(
            this.#options,
            good.map(() => false),
            (messaging) => messaging.remove(refOf(queue), good, caller.signal),
          );
    const answer: DeletedMessages = { deleted: [], failed: [] };
    for (const [index, handle] of opened.entries()) {
      if (handle !== undefined && removed[good.indexOf(handle)]) answer.deleted.push(index);
      else answer.failed.push({ index, ...shown(notFound('message')) });
    }
    return answer;
  }

  /**
   * Hides a received message for so long from now on; with 0 it is visible at once. The handle that is given back holds until
   * then.
   * @throws CloudError `NOT_FOUND`, `INVALID_INPUT` for more than 12 hours from the receive, `UNAVAILABLE`
   */
  async hide(caller: Caller, queueId: string, text: string, seconds: number): Promise<MessageVisibility> {
    const queue = await this.#find(caller, queueId);
    // Before SQS counts from: no handle outlives its message's time.
    const now = this.#options.clock.now();
    const handle = openReceipt(queue, text, now)?.handle;
    if (handle === undefined) throw notFound('message');
    const outcome = await onQueueIfThere(this.#options, 'unknown', (messaging) =>
      messaging.hideOne(refOf(queue), handle, seconds, caller.signal),
    );
    if (outcome === 'unknown') throw notFound('message');
    if (outcome === 'beyond')
      throw invalid('visibility_timeout', 'a message can be hidden for 12 hours from its receive at most');
    const until = now + seconds * 1_000;
    return {
      queue_id: queue.id,
      visible_at: new Date(until).toISOString(),
      ...(seconds > 0 && { receipt_handle: receiptHandle(queue, { handle, until }) }),
    };
  }

  #find(caller: Caller, queueId: string): Promise<QueueRecord> {
    return this.#options.store.get(caller.principal.tenant, queueId, { signal: caller.signal });
  }

  #send(queue: QueueRecord, { signal }: Caller, messages: ReturnType<typeof outgoing>[]) {
    return onQueue(this.#options, queue, signal, (messaging) =>
      messaging.send(refOf(queue), messages, signal),
    );
  }
}

const refusal = (reason = 'the message was not taken', isOurs = false): CloudError =>
  isOurs
    ? new CloudError('INVALID_INPUT', `body: ${reason}`, { issues: [{ path: 'body', message: reason }] })
    : new CloudError('UNAVAILABLE', 'the message was not taken; send it again', {
        retryAfterSeconds: 1,
        internal: reason,
      });

const shown = ({ type, message }: CloudError): { type: string; message: string } => ({ type, message });
