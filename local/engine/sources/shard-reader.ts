import { within } from '../services/within.ts';
import { type Shard, ShardCursor } from './shard-cursor.ts';
import { type StreamRecord, sequenceNumber } from './stream-record.ts';

/** Most that DynamoDB gives at a time. */
const pageSize = 1_000;
/** Records kept for readers that are a little behind the others; who is behind farther reads by itself. */
const mostHeld = 2_000;

/** Between two reads while something happens, or once somebody may have written. */
const shortestWait = 10;
const longestWait = 100;
/** By how much each wait in vain is longer than the one before. */
const patience = 1.2;

export interface ShardReaderPorts {
  /** Tries until it works; undefined where the engine stops meanwhile. */
  persistently<T>(ask: () => Promise<T>): Promise<T | undefined>;
  stopped(): boolean;
}

/**
 * Reads a shard once for all event source mappings on it, each at its own pace and from its own place. It asks the server again
 * 10 ms after it has found something, less and less often down to every 100 ms when nothing happens, and at once when it is
 * told (`poke`) that somebody may have written, yet never more often than every 10 ms.
 */
export class ShardReader {
  readonly #shard: Shard;
  readonly #ports: ShardReaderPorts;
  #cursor: ShardCursor | undefined;
  /** What was read last, and which of all records read is its first. */
  #held: StreamRecord[] = [];
  #first = 0;
  /** The place just before what is held. */
  #before: string | undefined;
  /** By the sequence number of a record: which of all records read comes next. */
  readonly #next = new Map<string | undefined, number>();
  #polling: Promise<void> | undefined;
  #wait = 0;
  #lastRead = 0;
  #wake: (() => void) | undefined;

  constructor(shard: Shard, ports: ShardReaderPorts) {
    this.#shard = shard;
    this.#ports = ports;
  }

  /**
   * Up to `limit` records that come after this one; waits until there are some, or it is `until` (milliseconds since the
   * epoch), or the engine stops.
   */
  async read(after: string | undefined, limit: number, until: number): Promise<StreamRecord[]> {
    if (!this.#cursor) this.#beginAt(after);
    while (!this.#ports.stopped()) {
      const found = this.#heldAfter(after, limit) ?? (await this.#readApart(after, limit));
      if (found.length > 0 || Date.now() >= until) return found;
      if (until === Number.POSITIVE_INFINITY) await this.#poll();
      else await within(until - Date.now(), this.#poll());
    }
    return [];
  }

  /** Somebody may have written. */
  poke(): void {
    this.#wait = Math.min(this.#wait, shortestWait);
    this.#wake?.();
  }

  #beginAt(after: string | undefined): void {
    this.#cursor = new ShardCursor(this.#shard, after);
    this.#before = after;
    this.#next.set(after, 0);
  }

  /** Undefined where the place is none of those held. */
  #heldAfter(after: string | undefined, limit: number): StreamRecord[] | undefined {
    const next = this.#next.get(after);
    if (next === undefined) return undefined;
    return this.#held.slice(next - this.#first, next - this.#first + limit);
  }

  async #readApart(after: string | undefined, limit: number): Promise<StreamRecord[]> {
    const cursor = new ShardCursor(this.#shard, after);
    return (await this.#ports.persistently(() => cursor.next(limit))) ?? [];
  }

  #hold(records: readonly StreamRecord[]): void {
    for (const record of records) {
      this.#held.push(record);
      this.#next.set(sequenceNumber(record), this.#first + this.#held.length);
    }
    for (const gone of this.#held.splice(0, Math.max(0, this.#held.length - mostHeld))) {
      this.#next.delete(this.#before);
      this.#before = sequenceNumber(gone);
      this.#first += 1;
    }
  }

  /** One read for all who wait for it. */
  #poll(): Promise<void> {
    this.#polling ??= this.#readOn().finally(() => {
      this.#polling = undefined;
    });
    return this.#polling;
  }

  async #readOn(): Promise<void> {
    await this.#pause();
    const records = (await this.#ports.persistently(async () => this.#cursor?.next(pageSize))) ?? [];
    this.#lastRead = performance.now();
    const longer = Math.max(this.#wait, shortestWait) * patience;
    this.#wait = records.length > 0 ? shortestWait : Math.min(longer, longestWait);
    this.#hold(records);
  }

  async #pause(): Promise<void> {
    for (;;) {
      const left = this.#lastRead + this.#wait - performance.now();
      if (left <= 0 || this.#ports.stopped()) return;
      await within(
        left,
        new Promise<void>((done) => {
          this.#wake = done;
        }),
      );
      this.#wake = undefined;
    }
  }
}
