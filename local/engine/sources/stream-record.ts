import { createHash } from 'node:crypto';
import { localRegion } from '../account.ts';

/** A record as `GetRecords` writes it in JSON. */
export interface PlainRecord {
  eventName?: string;
  userIdentity?: unknown;
  dynamodb?: {
    /** Epoch seconds. */
    ApproximateCreationDateTime?: number;
    SequenceNumber?: string;
    [attribute: string]: unknown;
  };
}

/** A stream record as Lambda hands it over; its `eventID` stays the same when it is delivered again. */
export const toStreamRecord = (
  { eventName, userIdentity, dynamodb = {} }: PlainRecord,
  streamArn: string,
) => ({
  eventID: createHash('md5').update(`${streamArn}#${dynamodb.SequenceNumber}`).digest('hex'),
  eventName,
  eventVersion: '1.1',
  eventSource: 'aws:dynamodb',
  awsRegion: localRegion,
  dynamodb: {
    ...dynamodb,
    ApproximateCreationDateTime: Math.floor(dynamodb.ApproximateCreationDateTime ?? 0),
    SequenceNumber: dynamodb.SequenceNumber ?? '',
  },
  ...(userIdentity !== undefined && { userIdentity }),
  eventSourceARN: streamArn,
});

export type StreamRecord = ReturnType<typeof toStreamRecord>;

export const sequenceNumber = (record: StreamRecord): string => record.dynamodb.SequenceNumber;
