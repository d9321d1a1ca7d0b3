import {
  type _Object,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { DeadLetters, Redriven, RedriveOptions } from './dead-letters.ts';
import type { Letter } from './letter.ts';
import type { Place } from './place.ts';

interface StreamRecords {
  Records: { eventName?: string; dynamodb?: { Keys?: Record<string, { S?: string }> } }[];
}

interface FailureRecord {
  requestContext?: { condition?: string; approximateInvokeCount?: number };
  DDBStreamBatchInfo?: { approximateArrivalOfFirstRecord?: string; batchSize?: number };
  /** The records, as the function was given them; Lambda writes them as text. */
  payload?: string | StreamRecords;
}

const objectsOf = async (s3: S3Client, Bucket: string, max: number): Promise<_Object[]> => {
  const all: _Object[] = [];
  let ContinuationToken: string | undefined;
  do {
    const { Contents = [], NextContinuationToken } = await s3.send(
      new ListObjectsV2Command({ Bucket, ContinuationToken }),
    );
    all.push(...Contents);
    ContinuationToken = NextContinuationToken;
  } while (ContinuationToken && all.length < max);
  return all.slice(0, max);
};

const read = async (s3: S3Client, Bucket: string, Key: string): Promise<FailureRecord> => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return JSON.parse((await Body?.transformToString()) ?? '{}') as FailureRecord;
};

const recordsOf = ({ payload }: FailureRecord): StreamRecords | undefined =>
  typeof payload === 'string' ? (JSON.parse(payload) as StreamRecords) : payload;

const aboutRecords = (records: StreamRecords | undefined): Pick<Letter, 'about' | 'tenant'> => {
  const [first] = records?.Records ?? [];
  const { pk, sk } = first?.dynamodb?.Keys ?? {};
  const [, tenant, kind] = (pk?.S ?? '').split('#');
  const more = (records?.Records.length ?? 0) - 1;
  const about = [first?.eventName, kind, sk?.S, more > 0 ? `and ${more} more` : ''].filter(Boolean).join(' ');
  return { about: about || 'no records', ...(tenant && { tenant }) };
};

/** The failure bucket of a reader of the table's stream: its objects hold the records that were given up, whole. */
export const bucketLetters = (place: Place, name: string, bucket: string): DeadLetters => {
  const all = (max = Number.POSITIVE_INFINITY) => objectsOf(place.s3, bucket, max);

  /** The records go to the function as the stream would give them. It says which it could not take. */
  const handOn = async (key: string): Promise<void> => {
    const records = recordsOf(await read(place.s3, bucket, key));
    if (!records) throw new Error('the object holds no records');
    const answer = (await place.invoke(`${place.prefix}-${name}`, records)) as {
      batchItemFailures?: unknown[];
    } | null;
    const refused = answer?.batchItemFailures?.length ?? 0;
    if (refused > 0) throw new Error(`the function could not take ${refused} of the records`);
  };

  return {
    name,
    lies: bucket,

    async count() {
      const objects = await all();
      const times = objects.flatMap(({ LastModified }) => LastModified?.toISOString() ?? []).sort();
      return { count: objects.length, oldest: times[0] };
    },

    async peek(max) {
      const letters: Letter[] = [];
      for (const { Key = '', LastModified } of await all(max)) {
        const failure = await read(place.s3, bucket, Key);
        letters.push({
          id: Key,
          sent_at: failure.DDBStreamBatchInfo?.approximateArrivalOfFirstRecord ?? LastModified?.toISOString(),
          receives: failure.requestContext?.approximateInvokeCount,
          ...aboutRecords(recordsOf(failure)),
          why: failure.requestContext?.condition,
          body: JSON.stringify(recordsOf(failure)),
        });
      }
      return letters;
    },

    async redrive({ max, dryRun, signal, progress }: RedriveOptions): Promise<Redriven> {
      const objects = await all(max);
      const redriven: Redriven = { done: 0, failed: [] };
      if (dryRun) return { ...redriven, done: objects.length };
      for (const { Key = '' } of objects) {
        if (signal.aborted) break;
        try {
          await handOn(Key);
          await place.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
          redriven.done++;
        } catch (error) {
          redriven.failed.push({ id: Key, error: (error as Error).message });
        }
        progress(redriven.done, objects.length);
      }
      return redriven;
    },

    async purge() {
      for (const { Key } of await all())
        await place.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
    },
  };
};
