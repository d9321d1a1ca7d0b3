import {
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import type { TableStream } from '../cloud.ts';
import { type PlainRecord, type StreamRecord, sequenceNumber, toStreamRecord } from './stream-record.ts';

export interface Shard extends TableStream {
  /** One that gives plain answers (`plain-answers.ts`). */
  client: DynamoDBStreamsClient;
  id: string;
}

/** Reads one shard of a stream in order. After an error it goes on where it was. */
export class ShardCursor {
  readonly #shard: Shard;
  #after: string | undefined;
  #iterator: string | undefined;

  /** @param after sequence number of the last record not to be read; left out, it reads from the beginning */
  constructor(shard: Shard, after: string | undefined) {
    this.#shard = shard;
    this.#after = after;
  }

  /** Up to `limit` records; none where nothing was written since. @throws what the SDK throws */
  async next(limit: number): Promise<StreamRecord[]> {
    const { client, streamArn } = this.#shard;
    try {
      this.#iterator ??= await this.#newIterator();
      const page = await client.send(new GetRecordsCommand({ ShardIterator: this.#iterator, Limit: limit }));
      const records = ((page.Records ?? []) as PlainRecord[]).map((record) =>
        toStreamRecord(record, streamArn),
      );
      this.#iterator = page.NextShardIterator;
      const last = records.at(-1);
      if (last) this.#after = sequenceNumber(last);
      return records;
    } catch (error) {
      this.#iterator = undefined;
      throw error;
    }
  }

  /** From the beginning where that is asked for, or where what came next is no longer kept. */
  async #newIterator(): Promise<string | undefined> {
    if (this.#after === undefined) return this.#ask({ ShardIteratorType: 'TRIM_HORIZON' });
    try {
      return await this.#ask({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: this.#after });
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'TrimmedDataAccessException') throw error;
      return this.#ask({ ShardIteratorType: 'TRIM_HORIZON' });
    }
  }

  async #ask(
    from:
      | { ShardIteratorType: 'TRIM_HORIZON' }
      | { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER'; SequenceNumber: string },
  ): Promise<string | undefined> {
    const { client, serverStreamArn, id } = this.#shard;
    const command = new GetShardIteratorCommand({ StreamArn: serverStreamArn, ShardId: id, ...from });
    return (await client.send(command)).ShardIterator;
  }
}
