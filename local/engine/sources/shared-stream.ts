import { setTimeout as pause } from 'node:timers/promises';
import { DescribeStreamCommand, type DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { TableStream } from '../cloud.ts';
import { ShardReader } from './shard-reader.ts';

/** A table's stream, read once for all event source mappings on it. */
export class SharedStream {
  readonly stream: TableStream;
  readonly #client: DynamoDBStreamsClient;
  readonly #report: (problem: string) => void;
  readonly #readers = new Map<string, ShardReader>();
  readonly #end = new AbortController();

  constructor(stream: TableStream, client: DynamoDBStreamsClient, report: (problem: string) => void) {
    this.stream = stream;
    this.#client = client;
    this.#report = report;
  }

  /** Ids of its shards; none where the engine stops meanwhile. */
  async shards(): Promise<string[]> {
    const answer = await this.#persistently(() =>
      this.#client.send(new DescribeStreamCommand({ StreamArn: this.stream.serverStreamArn })),
    );
    return (answer?.StreamDescription?.Shards ?? []).map((shard) => shard.ShardId ?? '');
  }

  reader(shard: string): ShardReader {
    const known = this.#readers.get(shard);
    if (known) return known;
    const reader = new ShardReader(
      { ...this.stream, client: this.#client, id: shard },
      {
        persistently: (ask) => this.#persistently(ask),
        stopped: () => this.#end.signal.aborted,
      },
    );
    this.#readers.set(shard, reader);
    return reader;
  }

  /** Somebody may have written. */
  poke(): void {
    for (const reader of this.#readers.values()) reader.poke();
  }

  /** Lets go of all who wait for records. */
  stop(): void {
    this.#end.abort();
    this.poke();
  }

  /** Tries until it works or the engine stops; a server that is down for a moment must not end the outbox. */
  async #persistently<T>(ask: () => Promise<T>): Promise<T | undefined> {
    const { signal } = this.#end;
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        return await ask();
      } catch (error) {
        if (failures === 5) this.#report(`stream of ${this.stream.streamArn}: ${error}`);
        await pause(Math.min(50 * 2 ** failures, 1000), undefined, { signal }).catch(() => undefined);
      }
    }
    return undefined;
  }
}
