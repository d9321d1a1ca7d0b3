import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildApp } from 'fauxqs';
import { realTimers, type Timers } from '../../clock.ts';
import { arn, localAccount, localRegion } from '../account.ts';
import { loadFauxqsParts, type Persistence, type SqsQueue, type Stores } from './fauxqs-parts.ts';
import { followNewQueues, followTime, withTimeOf } from './queue-time.ts';

export type ReceivedMessage = ReturnType<SqsQueue['dequeue']>[number] & {
  sentTimestamp: number;
  receiveCount: number;
  firstReceiveTimestamp: number;
  /** A FIFO queue's group; fauxqs drops the group of a message to a standard (fair) queue. */
  groupId: string | undefined;
};

interface MessageFactory {
  createMessage(body: string, attributes: object, delaySeconds?: number): Parameters<SqsQueue['enqueue']>[0];
}

/**
 * SQS, S3 and SNS: fauxqs, in this process and on the loopback address.
 *
 * Known differences from AWS: `MessageGroupId` on a standard queue is accepted and dropped, so a fair queue delivers in
 * plain order; messages do not expire.
 */
export class Queues {
  readonly #stores: Stores;
  readonly #persistence: Persistence | undefined;
  readonly #app: ReturnType<typeof buildApp>;
  #url = '';

  private constructor(stores: Stores, persistence: Persistence | undefined, timers: Timers | undefined) {
    this.#stores = stores;
    this.#persistence = persistence;
    if (timers) {
      for (const queue of stores.sqsStore.allQueues()) followTime(queue, timers);
      followNewQueues(stores.sqsStore, timers);
    }
    this.#app = buildApp({ logger: false, defaultRegion: localRegion, stores });
  }

  /** Opens the stores kept in `dataDir`; what was in flight when the engine ended is there to be received again. */
  static async start(dataDir: string, clock: Timers): Promise<Queues> {
    const timers = clock === realTimers ? undefined : clock;
    const parts = await loadFauxqsParts();
    const stores = parts.createStores();
    const directory = join(dataDir, 'queues');
    mkdirSync(directory, { recursive: true });
    const persistence = parts.openPersistence(directory);
    release(persistence);
    const load = () => persistence.load(stores.sqsStore, stores.snsStore, stores.s3Store);
    if (timers) withTimeOf(timers, load);
    else load();
    connect(stores, persistence);
    const queues = new Queues(stores, persistence, timers);
    await queues.#listen();
    return queues;
  }

  async #listen(): Promise<void> {
    this.#url = await this.#app.listen({ port: 0, host: '127.0.0.1' });
  }

  /** Endpoint for SQS, SNS and S3 clients. */
  get url(): string {
    return this.#url;
  }

  queueUrl(name: string): string {
    return `${this.#url}/${localAccount}/${name}`;
  }

  /** Creates the queue, or gives the one that is there these attributes. */
  ensure(name: string, attributes: Record<string, string>): void {
    const existing = this.#stores.sqsStore.getQueueByName(name);
    if (existing) {
      existing.setAttributes(attributes);
      return;
    }
    this.#stores.sqsStore.createQueue(name, this.queueUrl(name), arn('sqs', name), attributes);
  }

  remove(name: string): void {
    this.#stores.sqsStore.deleteQueue(this.queueUrl(name));
  }

  ensureBucket(name: string): void {
    if (!this.#stores.s3Store.hasBucket(name)) this.#stores.s3Store.createBucket(name);
  }

  putObject(bucket: string, key: string, body: string): void {
    this.#stores.s3Store.putObject(bucket, key, Buffer.from(body), 'application/json');
  }

  ensureTopic(name: string): void {
    this.#stores.snsStore.createTopic(name, undefined, undefined, localRegion);
  }

  /** Sends a message; when this returns it is on disk. */
  send(queueArn: string, body: string, messageAttributes = {}, delaySeconds = 0): void {
    const queue = this.#queueByArn(queueArn);
    const { createMessage } = this.#stores.sqsStore.constructor as unknown as MessageFactory;
    queue.enqueue(createMessage(body, messageAttributes, delaySeconds || undefined));
  }

  /** Receives up to ten messages; those received too often go to the dead-letter queue instead. */
  receive(queueArn: string, maximum: number): ReceivedMessage[] {
    const queue = this.#queueByArn(queueArn);
    const resolver = (target: string) => this.#stores.sqsStore.getQueueByArn(target);
    return queue.dequeue(Math.min(maximum, 10), undefined, resolver).map((message) => {
      const entry = queue.inflightMessages.get(message.ReceiptHandle)?.message;
      return {
        ...message,
        sentTimestamp: entry?.sentTimestamp ?? 0,
        receiveCount: entry?.approximateReceiveCount ?? 1,
        firstReceiveTimestamp: entry?.approximateFirstReceiveTimestamp ?? 0,
        groupId: entry?.messageGroupId,
      };
    });
  }

  delete(queueArn: string, receiptHandle: string): void {
    this.#queueByArn(queueArn).deleteMessage(receiptHandle);
  }

  /** Time of the engine's clock, in milliseconds, at which a message now hidden (delayed or in flight) can be received. */
  nextVisibleAt(queueArn: string): number | undefined {
    const queue = this.#queueByArn(queueArn);
    let next: number | undefined;
    const consider = (time: number) => {
      if (next === undefined || time < next) next = time;
    };
    for (const entry of queue.inflightMessages.values()) consider(entry.visibilityDeadline);
    for (const message of queue.delayedMessages) consider(message.delayUntil ?? 0);
    return next;
  }

  /** Calls `listener` after every change of the queue. */
  watch(queueArn: string, listener: () => void): void {
    this.#queueByArn(queueArn).spy = {
      addMessage: () => setImmediate(listener),
    } as unknown as SqsQueue['spy'];
  }

  /** Numbers of messages by queue, for the local controls and tests. */
  depths(): Record<string, { ready: number; delayed: number; inFlight: number }> {
    return Object.fromEntries(
      this.#stores.sqsStore.listQueues().queues.map((queue) => {
        const { ready, delayed, inflight } = queue.inspectMessages();
        return [queue.name, { ready: ready.length, delayed: delayed.length, inFlight: inflight.length }];
      }),
    );
  }

  /** Bodies of the messages that can be received now. */
  bodies(name: string): string[] {
    return (
      this.#stores.sqsStore
        .getQueueByName(name)
        ?.inspectMessages()
        .ready.map((message) => message.body) ?? []
    );
  }

  async stop(): Promise<void> {
    await this.#app.close();
    this.#persistence?.close();
  }

  #queueByArn(queueArn: string): SqsQueue {
    const queue = this.#stores.sqsStore.getQueueByArn(queueArn);
    if (!queue) throw new Error(`there is no queue ${queueArn}`);
    return queue;
  }
}

/** Makes all messages visible that were in flight; and the writes safe against a killed process, not a power cut. */
const release = (persistence: Persistence): void => {
  persistence.db.exec('PRAGMA synchronous = NORMAL');
  persistence.db.exec('UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL');
};

const connect = (stores: Stores, persistence: Persistence): void => {
  // fauxqs' own statement writes NULL into a NOT NULL column, so a visibility timeout of 0 would fail.
  const ready = persistence.db.prepare(
    'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
  );
  persistence.updateMessageReady = (messageId) => {
    ready.run(messageId);
  };
  for (const store of Object.values(stores)) store.persistence = persistence as never;
  for (const queue of stores.sqsStore.allQueues()) queue.persistence = persistence as never;
};
