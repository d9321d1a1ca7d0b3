import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient, GetRecordsCommand } from '@aws-sdk/client-dynamodb-streams';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { givePlainAnswers } from '../../../../../local/engine/sources/plain-answers.ts';
import type { ShardReader } from '../../../../../local/engine/sources/shard-reader.ts';
import { SharedStream } from '../../../../../local/engine/sources/shared-stream.ts';
import { type StreamRecord, sequenceNumber } from '../../../../../local/engine/sources/stream-record.ts';
import { startTables, type TestTables } from '../../../../support/tables.ts';

const never = Number.POSITIVE_INFINITY;

let database: TestTables;
let client: DynamoDBStreamsClient;
let stream: SharedStream;
let reader: ShardReader;
let reads = 0;

beforeAll(async () => {
  database = await startTables();
  client = new DynamoDBStreamsClient({
    endpoint: database.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  givePlainAnswers(client);
  client.middlewareStack.add(
    (next, context) => (args) => {
      if (context.commandName === GetRecordsCommand.name) reads += 1;
      return next(args);
    },
    { step: 'initialize' },
  );
});
afterAll(async () => {
  client?.destroy();
  await database?.stop();
});

const open = async () => {
  const { Table } = await database.client.send(
    new DescribeTableCommand({ TableName: database.names.record }),
  );
  const arns = { streamArn: 'arn:the-stream', serverStreamArn: String(Table?.LatestStreamArn) };
  stream = new SharedStream(arns, client, () => undefined);
  reader = stream.reader((await stream.shards())[0] ?? '');
};
beforeEach(async () => {
  await open();
  reads = 0;
});

let written = 0;
const write = async (count: number) => {
  const names = Array.from({ length: count }, () => `item-${String(written++).padStart(6, '0')}`);
  await database.tables.writeAll(names.map((sk) => ({ put: { pk: 'A', sk } })));
  return names;
};

const nameOf = ({ dynamodb }: StreamRecord) =>
  (dynamodb as unknown as { Keys: { sk: { S: string } } }).Keys.sk.S;
const placeOf = (records: readonly StreamRecord[]): string | undefined => {
  const last = records.at(-1);
  return last && sequenceNumber(last);
};

/** Reads so many records from a place on. */
const readOn = async (after: string | undefined, limit: number, count: number) => {
  const records: StreamRecord[] = [];
  while (records.length < count)
    records.push(...(await reader.read(placeOf(records) ?? after, limit, never)));
  return { names: records.map(nameOf).sort(), records };
};

/** Where the stream ends now. */
const findEnd = async (): Promise<string | undefined> => {
  const [last] = await write(1);
  for (let place: string | undefined; ; ) {
    const found = await reader.read(place, 1_000, never);
    place = placeOf(found);
    if (found.some((record) => nameOf(record) === last)) return place;
  }
};

describe('a stream that several mappings read', () => {
  it('gives each of them every record once, in order, at its own pace', async () => {
    const place = await findEnd();
    const names = await write(250);
    const [fast, slow] = await Promise.all([readOn(place, 100, 250), readOn(place, 7, 250)]);
    expect(fast.names).toEqual(names);
    expect(slow.records.map(sequenceNumber)).toEqual(fast.records.map(sequenceNumber));
  });

  it('is read from the server once for all who wait', async () => {
    const place = await findEnd();
    reads = 0;
    const waiting = [1, 2, 3].map(() => reader.read(place, 10, never));
    const names = await write(1);
    stream.poke();
    for (const found of await Promise.all(waiting)) expect(found.map(nameOf)).toEqual(names);
    const forOne = reads;
    expect(await reader.read(place, 10, never)).toHaveLength(1);
    expect(reads).toBe(forOne);
  });

  it('goes on where a mapping was that is far behind the others', async () => {
    const place = await findEnd();
    const names = await write(2_500);
    const ahead = await readOn(place, 1_000, 2_500);
    expect(ahead.names).toEqual(names);
    expect((await readOn(place, 1_000, 2_500)).names).toEqual(names);
  });

  it('starts each mapping at its own checkpoint', async () => {
    const place = await findEnd();
    const names = await write(20);
    const { records } = await readOn(place, 1_000, 20);
    const later = sequenceNumber(records[9] as StreamRecord);
    await open();
    const [one, other] = await Promise.all([readOn(later, 1_000, 10), readOn(place, 1_000, 20)]);
    expect([one.names, other.names]).toEqual([names.slice(10), names]);
  });

  it('gives nothing when the time is up, and lets go of all when it ends', async () => {
    const place = await findEnd();
    expect(await reader.read(place, 10, Date.now() + 30)).toEqual([]);
    const waiting = reader.read(place, 10, never);
    stream.stop();
    expect(await waiting).toEqual([]);
  });

  it('writes values as Lambda does: binary as base64, times as whole epoch seconds', async () => {
    const place = await findEnd();
    await database.tables.write({
      put: { pk: 'A', sk: 'values', bytes: new Uint8Array([1, 2, 3]), number: 7 },
    });
    const { records } = await readOn(place, 10, 1);
    expect(records[0]).toMatchObject({
      eventSource: 'aws:dynamodb',
      eventSourceARN: 'arn:the-stream',
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      dynamodb: {
        NewImage: { bytes: { B: 'AQID' }, number: { N: '7' } },
        SequenceNumber: expect.any(String),
      },
    });
    const created = records[0]?.dynamodb.ApproximateCreationDateTime ?? 0;
    expect(Math.abs(created - Date.now() / 1_000)).toBeLessThan(60);
    expect(Number.isInteger(created)).toBe(true);
  });
});
