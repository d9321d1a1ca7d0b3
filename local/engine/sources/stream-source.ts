import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import type { LambdaFunction } from '../runtime/lambda-function.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { EventSource } from './event-source.ts';
import type { RecordFilter } from './filter-criteria.ts';
import { type BatchSettings, processBatch } from './stream-batch.ts';
import { type StreamRecord, sequenceNumber, toStreamRecord } from './stream-record.ts';

export interface StreamSourceSettings extends BatchSettings {
  /** Names the mapping's checkpoints; the same in every run. */
  id: string;
  /** The stream's ARN as functions see it. */
  streamArn: string;
  /** The stream's ARN as the DynamoDB server knows it. */
  serverStreamArn: string;
  batchSize: number;
  windowMilliseconds: number;
  passes: RecordFilter;
}

export interface StreamSourcePorts {
  client: DynamoDBStreamsClient;
  checkpoints: Checkpoints;
  target: LambdaFunction;
  giveUp(records: readonly StreamRecord[], invocations: number, condition: string, shard: string): void;
  report(problem: string): void;
  now(): number;
}

const shortestWait = 10;
const longestWait = 100;
/** By how much each wait in vain is longer than the one before. */
const patience = 1.2;

/**
 * An event source mapping from a table's stream: reads each shard in order from its checkpoint on, and invokes the
 * function at least once for every record that passes the filters. It asks again 10 ms after it has found something, less and
 * less often down to every 100 ms when nothing happens, and at once when it is told (`poke`) that somebody may have
 * written.
 */
export class StreamSource implements EventSource {
  readonly #settings: StreamSourceSettings;
  readonly #ports: StreamSourcePorts;
  #stopped = true;
  #running: Promise<unknown> = Promise.resolve();
  readonly #wakers = new Set<() => void>();
  /** Told of a write while not waiting: the next wait is none. */
  #poked = false;

  constructor(settings: StreamSourceSettings, ports: StreamSourcePorts) {
    this.#settings = settings;
    this.#ports = ports;
  }

  start(): void {
    this.#stopped = false;
    this.#running = this.#run();
  }

  poke(): void {
    this.#poked = this.#wakers.size === 0;
    for (const wake of this.#wakers) wake();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.poke();
    await this.#running;
  }

  async #run(): Promise<void> {
    const shards = await this.#persistently(async () => {
      const { StreamDescription: description } = await this.#ports.client.send(
        new DescribeStreamCommand({ StreamArn: this.#settings.serverStreamArn }),
      );
      return (description?.Shards ?? []).map((shard) => shard.ShardId ?? '');
    });
    await Promise.all((shards ?? []).map((shard) => this.#readShard(shard)));
  }

  async #readShard(shard: string): Promise<void> {
    let iterator: string | undefined;
    let wait = shortestWait;
    let waiting: StreamRecord[] = [];
    let windowEnds = 0;
    while (!this.#stopped) {
      const page = await this.#persistently(async () => {
        iterator ??= await this.#iterator(shard);
        try {
          return await this.#ports.client.send(
            new GetRecordsCommand({
              ShardIterator: iterator,
              Limit: this.#settings.batchSize - waiting.length,
            }),
          );
        } catch (error) {
          iterator = undefined;
          waiting = [];
          throw error;
        }
      });
      if (!page) return;
      iterator = page.NextShardIterator;
      const found = (page.Records ?? []).map((record) => toStreamRecord(record, this.#settings.streamArn));
      if (found.length > 0 && waiting.length === 0)
        windowEnds = Date.now() + this.#settings.windowMilliseconds;
      waiting.push(...found);
      const full = waiting.length >= this.#settings.batchSize || Date.now() >= windowEnds;
      if (waiting.length > 0 && full) {
        await this.#process(shard, waiting);
        waiting = [];
      }
      wait = found.length > 0 ? shortestWait : Math.min(wait * patience, longestWait);
      if (found.length < this.#settings.batchSize) await this.#pause(wait);
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

  /** From the checkpoint on; without one from the beginning, as a local mapping is as old as its table. */
  async #iterator(shard: string): Promise<string | undefined> {
    const after = this.#ports.checkpoints.find(this.#settings.id, shard);
    const ask = (type: 'TRIM_HORIZON' | 'AFTER_SEQUENCE_NUMBER') =>
      this.#ports.client.send(
        new GetShardIteratorCommand({
          StreamArn: this.#settings.serverStreamArn,
          ShardId: shard,
          ShardIteratorType: type,
          ...(type === 'AFTER_SEQUENCE_NUMBER' && { SequenceNumber: after }),
        }),
      );
    if (!after) return (await ask('TRIM_HORIZON')).ShardIterator;
    try {
      return (await ask('AFTER_SEQUENCE_NUMBER')).ShardIterator;
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'TrimmedDataAccessException') throw error;
      return (await ask('TRIM_HORIZON')).ShardIterator;
    }
  }

  /** Tries until it works or the engine stops; a server that is down for a moment must not end the outbox. */
  async #persistently<T>(ask: () => Promise<T>): Promise<T | undefined> {
    for (let failures = 0; !this.#stopped; failures += 1) {
      try {
        return await ask();
      } catch (error) {
        if (failures === 5) this.#ports.report(`stream of ${this.#settings.streamArn}: ${error}`);
        await this.#pause(Math.min(50 * 2 ** failures, 1000));
      }
    }
    return undefined;
  }

  #pause(milliseconds: number): Promise<void> {
    if (this.#poked) {
      this.#poked = false;
      return Promise.resolve();
    }
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
