import type { Timers } from '../../clock.ts';
import { InvocationError } from '../runtime/function-settings.ts';
import type { LambdaFunction } from '../runtime/lambda-function.ts';
import type { Queues, ReceivedMessage } from '../services/queues.ts';
import { failedItems } from './batch-failures.ts';
import type { EventSource } from './event-source.ts';
import type { RecordFilter } from './filter-criteria.ts';
import { toSqsRecord } from './sqs-records.ts';

/** As many batches at a time as Lambda starts with where no maximum is set. */
const defaultConcurrency = 5;

export interface SqsSourceSettings {
  queueArn: string;
  batchSize: number;
  /** Longest wait for a batch to fill. */
  windowMilliseconds: number;
  maximumConcurrency: number | undefined;
  reportsItemFailures: boolean;
  passes: RecordFilter;
}

/**
 * An event source mapping from a queue: collects batches, invokes the function, deletes what was done. What failed
 * becomes visible again when its visibility timeout ends, as on AWS.
 */
export class SqsSource implements EventSource {
  readonly #settings: SqsSourceSettings;
  readonly #queues: Queues;
  readonly #target: LambdaFunction;
  readonly #timers: Timers;
  readonly #running = new Set<Promise<void>>();
  #batch: ReceivedMessage[] = [];
  #windowEnds: number | undefined;
  #cancelTimer: (() => void) | undefined;
  #stopped = true;

  constructor(settings: SqsSourceSettings, queues: Queues, target: LambdaFunction, timers: Timers) {
    this.#settings = settings;
    this.#queues = queues;
    this.#target = target;
    this.#timers = timers;
  }

  start(): void {
    this.#stopped = false;
    this.#queues.watch(this.#settings.queueArn, () => this.#poll());
    this.#poll();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTimer?.();
    await Promise.all(this.#running);
  }

  #poll(): void {
    if (this.#stopped) return;
    this.#cancelTimer?.();
    while (this.#running.size < (this.#settings.maximumConcurrency ?? defaultConcurrency)) {
      this.#fill();
      if (this.#batch.length === 0) break;
      if (this.#batch.length < this.#settings.batchSize && this.#timers.now() < this.#endOfWindow()) break;
      this.#dispatch();
    }
    this.#sleep();
  }

  #fill(): void {
    while (this.#batch.length < this.#settings.batchSize) {
      const received = this.#queues.receive(
        this.#settings.queueArn,
        this.#settings.batchSize - this.#batch.length,
      );
      if (received.length === 0) return;
      for (const message of received) {
        if (this.#settings.passes(toSqsRecord(message, this.#settings.queueArn))) this.#batch.push(message);
        else this.#queues.delete(this.#settings.queueArn, message.ReceiptHandle);
      }
    }
  }

  #endOfWindow(): number {
    this.#windowEnds ??= this.#timers.now() + this.#settings.windowMilliseconds;
    return this.#windowEnds;
  }

  /** Wakes up when a hidden message shows again or the window ends; a new message wakes it by itself. */
  #sleep(): void {
    if (this.#running.size >= (this.#settings.maximumConcurrency ?? defaultConcurrency)) return;
    const visible = this.#queues.nextVisibleAt(this.#settings.queueArn);
    const next = Math.min(visible ?? Number.POSITIVE_INFINITY, this.#windowEnds ?? Number.POSITIVE_INFINITY);
    if (!Number.isFinite(next)) return;
    const wait = Math.min(Math.max(next - this.#timers.now(), 1), 60_000);
    this.#cancelTimer = this.#timers.after(wait, () => this.#poll());
  }

  #dispatch(): void {
    const batch = this.#batch;
    this.#batch = [];
    this.#windowEnds = undefined;
    const run = this.#invoke(batch).finally(() => {
      this.#running.delete(run);
      this.#poll();
    });
    this.#running.add(run);
  }

  async #invoke(batch: readonly ReceivedMessage[]): Promise<void> {
    const { queueArn, reportsItemFailures } = this.#settings;
    let failed: Set<string> | 'all';
    try {
      const result = await this.#target.invoke({
        Records: batch.map((message) => toSqsRecord(message, queueArn)),
      });
      failed = reportsItemFailures ? failedItems(result) : new Set();
    } catch (error) {
      if (!(error instanceof InvocationError)) throw error;
      failed = 'all';
    }
    if (failed === 'all') return;
    for (const message of batch)
      if (!failed.has(message.MessageId)) this.#queues.delete(queueArn, message.ReceiptHandle);
  }
}
