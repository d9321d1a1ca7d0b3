import { createHash } from 'node:crypto';
import type { _Record } from '@aws-sdk/client-dynamodb-streams';
import { localRegion } from '../account.ts';
import { isRecord } from '../template/types.ts';

/** Binary as base64, times as epoch seconds: how Lambda writes an item into an event. */
const toJson = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(toJson);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, toJson(item)]));
};

/** A stream record as Lambda hands it over; its `eventID` stays the same when it is delivered again. */
export const toStreamRecord = (record: _Record, streamArn: string) => {
  const { ApproximateCreationDateTime: created, ...change } = record.dynamodb ?? {};
  return {
    eventID: createHash('md5').update(`${streamArn}#${change.SequenceNumber}`).digest('hex'),
    eventName: record.eventName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: localRegion,
    dynamodb: {
      ...(toJson(change) as Record<string, unknown>),
      ApproximateCreationDateTime: Math.floor((created?.getTime() ?? 0) / 1000),
      SequenceNumber: change.SequenceNumber ?? '',
    },
    ...(record.userIdentity && { userIdentity: record.userIdentity }),
    eventSourceARN: streamArn,
  };
};

export type StreamRecord = ReturnType<typeof toStreamRecord>;

export const sequenceNumber = (record: StreamRecord): string => record.dynamodb.SequenceNumber;
