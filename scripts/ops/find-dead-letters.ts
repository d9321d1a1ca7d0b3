import { ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { bucketLetters } from './bucket-letters.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { Place } from './place.ts';
import { queueLetters } from './queue-letters.ts';

const deadSuffix = '-dead';

/** The readers of the table's stream, each with a bucket for what it gave up. */
const streamReaders = ['stream-outbox', 'stream-totals'];

/** URLs of all of the stage's queues, by name. */
const queuesOf = async ({ sqs, prefix }: Place): Promise<Map<string, string>> => {
  const urls: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await sqs.send(
      new ListQueuesCommand({ QueueNamePrefix: `${prefix}-`, MaxResults: 1_000, NextToken }),
    );
    urls.push(...(page.QueueUrls ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return new Map(urls.map((url) => [url.split('/').at(-1) ?? url, url]));
};

/** The bucket that a reader's event source names: CloudFormation names it, so nothing else knows. */
const bucketOf = async ({ lambda, s3, prefix }: Place, reader: string): Promise<string | undefined> => {
  if (!lambda) {
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
    const part = reader.replace('stream-', '');
    return Buckets.flatMap(({ Name }) => Name ?? []).find((name) => name.includes(`${part}failures`));
  }
  const { EventSourceMappings = [] } = await lambda.send(
    new ListEventSourceMappingsCommand({ FunctionName: `${prefix}-${reader}` }),
  );
  const arns = EventSourceMappings.map(({ DestinationConfig }) => DestinationConfig?.OnFailure?.Destination);
  return arns.find((arn) => arn?.startsWith('arn:aws:s3:::'))?.replace('arn:aws:s3:::', '');
};

/** Every place of the stage where dead letters may lie. */
export const findDeadLetters = async (place: Place): Promise<DeadLetters[]> => {
  const queues = await queuesOf(place);
  const dead = [...queues].filter(([name]) => name.endsWith(deadSuffix)).sort(([a], [b]) => (a < b ? -1 : 1));
  const ofQueues = dead.map(([physical, url]) => {
    const source = physical.slice(0, -deadSuffix.length);
    return queueLetters(place, source.slice(place.prefix.length + 1), url, queues.get(source));
  });
  const ofStreams = await Promise.all(
    streamReaders.map(async (reader) => {
      const bucket = await bucketOf(place, reader);
      return bucket ? [bucketLetters(place, reader, bucket)] : [];
    }),
  );
  return [...ofQueues, ...ofStreams.flat()];
};

/** @throws Error that lists the names where there is none of this one */
export const deadLettersOf = async (place: Place, name: string): Promise<DeadLetters> => {
  const all = await findDeadLetters(place);
  const found = all.find(
    (one) => one.name === name || one.lies === name || `${one.name}${deadSuffix}` === name,
  );
  if (!found)
    throw new Error(
      `there are no dead letters of ${name}; there are: ${all.map((one) => one.name).join(', ')}`,
    );
  return found;
};
