import { randomBytes } from 'node:crypto';
import type { Clock } from '../../platform/clock.ts';
import { CloudError, invalid } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import type { NewId } from '../../platform/ids.ts';
import { requested } from '../../platform/lifecycle/requested.ts';
import { newRecord } from '../../platform/store/new-record.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import { type AttemptOptions, onQueueIfThere } from './attempt.ts';
import { type QueueRecord, queueOf, queueUsage } from './record.ts';
import { redriveMilliseconds } from './redrive.ts';
import type { CountedQueue, CreateQueue, Queue, QueueFilters, UpdateQueue } from './schema.ts';
import { refOf } from './settings.ts';

export { writtenAttribute } from './attributes.ts';
export { type Messaging, QueueAbsent, type ReceivedMessage } from './backend.ts';
export { QueueMessages } from './messages.ts';
export { createPollers } from './pollers.ts';
export { receiptHandle } from './receipts.ts';
export { Receiving } from './receiving.ts';
export { type QueueRecord, queueKind, queueOf } from './record.ts';
export { refOf } from './settings.ts';

export interface QueuesOptions extends Pick<AttemptOptions, 'messaging'> {
  store: ResourceStore<QueueRecord>;
  clock: Clock;
  newId: NewId;
}

const keyBytes = 32;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html */
const purgeMilliseconds = 60_000;

/** The rules of queues (contract 2.11). What is wanted of them is written here; the controller brings it about. */
export class Queues {
  readonly #options: QueuesOptions;

  constructor(options: QueuesOptions) {
    this.#options = options;
  }

  /** @throws CloudError `CONFLICT` for a taken name, `INVALID_INPUT` for a dead-letter queue that will not do, `RESOURCE_LIMIT_EXCEEDED` */
  async create(caller: Caller, input: CreateQueue): Promise<Queue> {
    const { store, newId } = this.#options;
    const { fifo, ...settings } = input;
    const own = newRecord(newId, caller);
    await this.#checkDeadLetters(caller, own.id, fifo, input.dead_letter_queue_id);
    const record: QueueRecord = {
      ...own,
      ...settings,
      status: 'ACTIVE',
      ...(fifo && { fifo, content_based_deduplication: input.content_based_deduplication ?? false }),
      receipt_key: randomBytes(keyBytes).toString('base64'),
      event: requested(this.#options, caller, 'create'),
    };
    const answer = queueOf(record);
    await store.create(caller, record, { usage: queueUsage, answer });
    return answer;
  }

  /** A page where one is asked for, else the tenant's queues, newest first. */
  async list(caller: Caller, request: ListRequest, { state }: QueueFilters): Promise<Listed<Queue[]>> {
    const { tenant } = caller.principal;
    const filters = { equals: { status: state } };
    const listed = await this.#options.store.page(tenant, request, filters, caller.signal);
    return { ...listed, items: listed.items.map(queueOf) };
  }

  /** With SQS' counts. @throws CloudError `NOT_FOUND`, `UNAVAILABLE` */
  async get(caller: Caller, id: string): Promise<CountedQueue> {
    const { signal } = caller;
    const record = await this.#options.store.get(caller.principal.tenant, id, { signal });
    const none = { ready: 0, inFlight: 0, delayed: 0 };
    const counts = await onQueueIfThere(this.#options, none, (messaging) =>
      messaging.counts(refOf(record), signal),
    );
    return {
      ...queueOf(record),
      approximate_messages: counts.ready,
      approximate_messages_in_flight: counts.inFlight,
      approximate_messages_delayed: counts.delayed,
    };
  }

  /** Changes what is given. @throws CloudError `NOT_FOUND`, `CONFLICT` for a taken name, `INVALID_INPUT` */
  async update(caller: Caller, id: string, update: UpdateQueue): Promise<Queue> {
    const { dead_letter_queue_id: wanted, max_receive_count, ...settings } = update;
    const after = await this.#options.store.change(
      caller,
      id,
      async (current) => {
        if (settings.content_based_deduplication !== undefined && !current.fifo)
          throw invalid('content_based_deduplication', 'is for FIFO queues');
        const deadLetters = wanted === undefined ? current.dead_letter_queue_id : (wanted ?? undefined);
        const count = max_receive_count ?? current.max_receive_count;
        if (max_receive_count !== undefined && deadLetters === undefined)
          throw invalid('max_receive_count', 'the queue has no dead_letter_queue_id');
        if (deadLetters !== undefined && count === undefined)
          throw invalid('max_receive_count', 'is required with dead_letter_queue_id');
        if (wanted) await this.#checkDeadLetters(caller, current.id, current.fifo ?? false, wanted);
        return {
          set: {
            ...settings,
            ...(deadLetters !== undefined && {
              dead_letter_queue_id: deadLetters,
              max_receive_count: count,
            }),
            event: requested(this.#options, caller, 'update'),
          },
          remove: deadLetters === undefined ? ['dead_letter_queue_id', 'max_receive_count'] : [],
          intent: true,
        };
      },
      queueOf,
    );
    return queueOf(after);
  }

  /** Its messages go too; its name is free at once. @throws CloudError `NOT_FOUND` */
  async delete(caller: Caller, id: string): Promise<void> {
    const event = requested(this.#options, caller, 'delete');
    await this.#options.store.remove(caller, id, () => ({ set: { event } }), undefined);
  }

  /**
   * Deletes all messages, those that were received too. The queue is emptied first and the history written after: what is
   * emptied can't be emptied later by a retry that would take what came in between.
   * @throws CloudError `NOT_FOUND`, `RATE_LIMITED` within a minute of the last, `UNAVAILABLE`
   */
  async purge(caller: Caller, id: string): Promise<void> {
    const { store, clock } = this.#options;
    const { signal } = caller;
    const record = await store.get(caller.principal.tenant, id, { signal });
    const left = Date.parse(record.purged_at ?? '') + purgeMilliseconds - clock.now();
    if (left > 0)
      throw new CloudError('RATE_LIMITED', 'a queue can be purged once a minute', {
        retryAfterSeconds: Math.ceil(left / 1_000),
      });
    await onQueueIfThere(this.#options, undefined, (messaging) => messaging.purge(refOf(record), signal));
    const purged_at = new Date(clock.now()).toISOString();
    // It replaces nothing that is under way, and has come about by the time that the worker looks.
    const event = { ...requested(this.#options, caller, 'purge'), besides: true };
    await store.change(
      caller,
      id,
      () => ({ set: { purged_at, event }, intent: true }),
      () => undefined,
    );
  }

  /**
   * Moves what its dead-letter queue holds now back into the queue, in the background.
   * @throws CloudError `NOT_FOUND`, `CONFLICT` where it has no dead-letter queue, or that is gone, `UNAVAILABLE`
   */
  async redrive(caller: Caller, id: string): Promise<{ message: string }> {
    const { store, clock } = this.#options;
    const { signal, principal } = caller;
    const answer = { message: 'dead letters are moved back' };
    await store.change(
      caller,
      id,
      async ({ dead_letter_queue_id }) => {
        if (!dead_letter_queue_id) throw new CloudError('CONFLICT', 'the queue has no dead-letter queue');
        const from = await store.find(principal.tenant, dead_letter_queue_id, { signal });
        if (!from) throw new CloudError('CONFLICT', 'the dead-letter queue is gone');
        const none = { ready: 0, inFlight: 0, delayed: 0 };
        const { ready, delayed, inFlight } = await onQueueIfThere(this.#options, none, (messaging) =>
          messaging.counts(refOf(from), signal),
        );
        return {
          set: {
            redrive_left: Math.max(1, ready + delayed + inFlight),
            redrive_by: new Date(clock.now() + redriveMilliseconds).toISOString(),
            event: requested(this.#options, caller, 'redrive'),
          },
          intent: true,
        };
      },
      () => answer,
    );
    return answer;
  }

  /** @throws CloudError `INVALID_INPUT` for one that is unknown, the queue itself, or of the other sort */
  async #checkDeadLetters(
    { principal, signal }: Caller,
    id: string,
    fifo: boolean,
    deadLetterId: string | undefined,
  ): Promise<void> {
    if (deadLetterId === undefined) return;
    const refuse = (reason: string) => invalid('dead_letter_queue_id', reason);
    if (deadLetterId === id) throw refuse('must be another queue');
    const found = await this.#options.store.find(principal.tenant, deadLetterId, { signal });
    if (!found) throw refuse('queue not found');
    if ((found.fifo ?? false) !== fifo)
      throw refuse(
        fifo ? 'must be a FIFO queue, as this one is' : 'must be a standard queue, as this one is',
      );
  }
}
