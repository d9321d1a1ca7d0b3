import type { LambdaFunction } from '../runtime/lambda-function.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { EventSource } from './event-source.ts';
import type { RecordFilter } from './filter-criteria.ts';
import type { SharedStream } from './shared-stream.ts';
import { type BatchSettings, processBatch } from './stream-batch.ts';
import { type StreamRecord, sequenceNumber } from './stream-record.ts';

export interface StreamSourceSettings extends BatchSettings {
  /** Names the mapping's checkpoints; the same in every run. */
  id: string;
  batchSize: number;
  windowMilliseconds: number;
  passes: RecordFilter;
}

export interface StreamSourcePorts {
  stream: SharedStream;
  checkpoints: Checkpoints;
  target: LambdaFunction;
  giveUp(records: readonly StreamRecord[], invocations: number, condition: string, shard: string): void;
  now(): number;
}

/**
 * An event source mapping from a table's stream: takes the records of each shard in order from its checkpoint on, and
 * invokes the function at least once for every one that passes the filters.
 */
export class StreamSource implements EventSource {
  readonly #settings: StreamSourceSettings;
  readonly #ports: StreamSourcePorts;
  #stopped = true;
  #running: Promise<unknown> = Promise.resolve();
  readonly #wakers = new Set<() => void>();

  constructor(settings: StreamSourceSettings, ports: StreamSourcePorts) {
    this.#settings = settings;
    this.#ports = ports;
  }

  start(): void {
    this.#stopped = false;
    this.#running = this.#run();
  }

  /** Ends with all others on the stream: sources are stopped when the engine is. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#ports.stream.stop();
    for (const wake of this.#wakers) wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const shards = await this.#ports.stream.shards();
    await Promise.all(shards.map((shard) => this.#readShard(shard)));
  }

  /** From the checkpoint on; without one from the beginning, as a local mapping is as old as its table. */
  async #readShard(shard: string): Promise<void> {
    const { batchSize, windowMilliseconds, id } = this.#settings;
    const reader = this.#ports.stream.reader(shard);
    let place = this.#ports.checkpoints.find(id, shard);
    let waiting: StreamRecord[] = [];
    let windowEnds = Number.POSITIVE_INFINITY;
    for (;;) {
      const found = await reader.read(place, batchSize - waiting.length, windowEnds);
      if (this.#stopped) return;
      if (found.length > 0 && waiting.length === 0) windowEnds = Date.now() + windowMilliseconds;
      waiting.push(...found);
      const last = waiting.at(-1);
      if (last) place = sequenceNumber(last);
      if (waiting.length < batchSize && Date.now() < windowEnds) continue;
      await this.#process(shard, waiting);
      waiting = [];
      windowEnds = Number.POSITIVE_INFINITY;
    }
  }

  async #process(shard: string, records: readonly StreamRecord[]): Promise<void> {
    const { id, passes } = this.#settings;
    const { checkpoints, target, giveUp, now } = this.#ports;
    const wanted = records.filter(passes);
    if (wanted.length > 0)
      await processBatch(wanted, this.#settings, {
        invoke: (part) => target.invoke({ Records: part }),
        done: (last) => checkpoints.save(id, shard, sequenceNumber(last)),
        giveUp: (part, invocations, condition) => giveUp(part, invocations, condition, shard),
        stopping: () => this.#stopped,
        pause: (milliseconds) => this.#pause(milliseconds),
        now,
      });
    const last = records.at(-1);
    if (last && !this.#stopped) checkpoints.save(id, shard, sequenceNumber(last));
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((done) => {
      const wake = () => {
        clearTimeout(timer);
        this.#wakers.delete(wake);
        done();
      };
      const timer = setTimeout(wake, milliseconds);
      this.#wakers.add(wake);
    });
  }
}
