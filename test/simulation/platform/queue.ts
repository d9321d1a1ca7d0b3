import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import type { Chaos } from '../engine/chaos.ts';
import type { Scheduler } from '../engine/scheduler.ts';
import type { Trace } from '../engine/trace.ts';
import type { SimulatedFunction } from './function.ts';

export interface QueueSettings {
  name: string;
  worker: SimulatedFunction;
  batchSize: number;
  maxConcurrency: number;
  maxReceiveCount: number;
  /** Six times the worker's timeout, unless said otherwise. */
  visibilitySeconds?: number;
}

interface Message {
  id: string;
  body: string;
  visibleAt: number;
  receives: number;
}

/**
 * A standard queue with its worker: at least once, in no order, now and then twice at the same time. What a worker has not
 * done shows again when its visibility timeout ends.
 */
export class SimulatedQueue {
  readonly settings: QueueSettings;
  readonly #scheduler: Scheduler;
  readonly #chaos: Chaos;
  readonly #trace: Trace;
  readonly #messages = new Map<string, Message>();
  #sent = 0;
  #running = 0;
  /** Bodies of messages that were received too often. */
  readonly dead: string[] = [];

  constructor(settings: QueueSettings, parts: { scheduler: Scheduler; chaos: Chaos; trace: Trace }) {
    this.settings = settings;
    this.#scheduler = parts.scheduler;
    this.#chaos = parts.chaos;
    this.#trace = parts.trace;
  }

  /** Messages that are not done with, hidden and delayed ones included. */
  get depth(): number {
    return this.#messages.size;
  }

  send(body: string, delaySeconds = 0): void {
    const late = this.#chaos.strikes('late') ? this.#chaos.random.between(1_000, 120_000) : 0;
    const visibleAt = this.#scheduler.now() + delaySeconds * 1_000 + late;
    const id = `${this.settings.name}-${++this.#sent}`;
    this.#messages.set(id, { id, body, visibleAt, receives: 0 });
    this.#trace.note('sent', () => `${id} in ${visibleAt - this.#scheduler.now()} ms: ${body}`);
    this.#pollAt(visibleAt);
  }

  #pollAt(time: number): void {
    this.#scheduler.after(time - this.#scheduler.now() + this.#chaos.random.between(1, 40), () =>
      this.#poll(),
    );
  }

  #poll(): void {
    const { batchSize, maxConcurrency, maxReceiveCount, name } = this.settings;
    const now = this.#scheduler.now();
    while (this.#running < maxConcurrency) {
      const visible = [...this.#messages.values()].filter(({ visibleAt }) => visibleAt <= now);
      if (visible.length === 0) return;
      const batch = this.#chaos.random.shuffled(visible).slice(0, this.#chaos.random.between(1, batchSize));
      for (const message of batch) {
        message.receives += 1;
        if (message.receives <= maxReceiveCount) continue;
        this.#messages.delete(message.id);
        this.dead.push(message.body);
        this.#trace.note('dead', () => `${name}: ${message.body}`);
      }
      const living = batch.filter(({ id }) => this.#messages.has(id));
      if (living.length > 0) void this.#work(living);
    }
  }

  async #work(batch: readonly Message[]): Promise<void> {
    const { worker, visibilitySeconds = 6 * worker.settings.timeoutSeconds } = this.settings;
    const hidden = visibilitySeconds * 1_000;
    for (const message of batch) {
      const again = this.#chaos.strikes('duplicate') ? this.#chaos.random.between(1, 10_000) : hidden;
      message.visibleAt = this.#scheduler.now() + again;
      this.#pollAt(message.visibleAt);
    }
    this.#running += 1;
    const invoked = await worker.invoke({ Records: batch.map((message) => this.#record(message)) });
    this.#running -= 1;
    if ('answer' in invoked) {
      const { batchItemFailures = [] } = (invoked.answer ?? {}) as SQSBatchResponse;
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      for (const { id } of batch) if (!failed.has(id)) this.#delete(id);
    }
    this.#poll();
  }

  /** A delete may come too late for one more delivery. */
  #delete(id: string): void {
    const message = this.#messages.get(id);
    this.#messages.delete(id);
    if (!message || !this.#chaos.strikes('duplicate')) return;
    message.visibleAt = this.#scheduler.now() + this.#chaos.random.between(1, 60_000);
    this.#messages.set(id, message);
    this.#pollAt(message.visibleAt);
  }

  #record({ id, body, receives }: Message): SQSRecord {
    return {
      messageId: id,
      receiptHandle: id,
      body,
      attributes: { ApproximateReceiveCount: String(receives) },
      messageAttributes: {},
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${this.settings.name}`,
      awsRegion: 'us-east-1',
      md5OfBody: '',
    } as unknown as SQSRecord;
  }
}
