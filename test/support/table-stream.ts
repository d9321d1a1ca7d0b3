import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';

/** Reads a table's stream from its beginning, as Lambda would hand it out. */
export class TableStream {
  readonly #client: DynamoDBStreamsClient;
  #iterator: string | undefined;

  private constructor(client: DynamoDBStreamsClient, iterator: string | undefined) {
    this.#client = client;
    this.#iterator = iterator;
  }

  static async open(url: string, tables: DynamoDBClient, table: string): Promise<TableStream> {
    const client = new DynamoDBStreamsClient({
      endpoint: url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const { Table } = await tables.send(new DescribeTableCommand({ TableName: table }));
    const StreamArn = Table?.LatestStreamArn;
    const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }));
    const ShardId = StreamDescription?.Shards?.[0]?.ShardId;
    const first = await client.send(
      new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    return new TableStream(client, first.ShardIterator);
  }

  /** What has been written since the last call. */
  async read(): Promise<DynamoDBRecord[]> {
    const { Records = [], NextShardIterator } = await this.#client.send(
      new GetRecordsCommand({ ShardIterator: this.#iterator, Limit: 1000 }),
    );
    this.#iterator = NextShardIterator;
    return Records.map((record) => {
      const written = record.dynamodb?.ApproximateCreationDateTime;
      // The SDK makes a Date of what Lambda hands out as seconds.
      const ApproximateCreationDateTime = written && written.getTime() / 1000;
      return {
        ...record,
        dynamodb: { ...record.dynamodb, ApproximateCreationDateTime },
      } as unknown as DynamoDBRecord;
    });
  }

  close(): void {
    this.#client.destroy();
  }
}
