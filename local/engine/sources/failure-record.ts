import { randomUUID } from 'node:crypto';
import { type StreamRecord, sequenceNumber } from './stream-record.ts';

/**
 * What Lambda sends to a stream mapping's failure destination: to a queue or topic where the records lie, to a bucket
 * the records themselves too (`payload`).
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export const failureRecord = (failure: {
  functionArn: string;
  streamArn: string;
  shard: string;
  records: readonly StreamRecord[];
  invocations: number;
  condition: string;
  withPayload: boolean;
  now: number;
}) => {
  const { records } = failure;
  const first = records[0];
  const last = records.at(-1);
  const arrival = (record: StreamRecord | undefined) =>
    new Date((record?.dynamodb.ApproximateCreationDateTime ?? 0) * 1000).toISOString();
  return {
    requestContext: {
      requestId: randomUUID(),
      functionArn: failure.functionArn,
      condition: failure.condition,
      approximateInvokeCount: failure.invocations,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: new Date(failure.now).toISOString(),
    DDBStreamBatchInfo: {
      shardId: failure.shard,
      startSequenceNumber: first ? sequenceNumber(first) : '',
      endSequenceNumber: last ? sequenceNumber(last) : '',
      approximateArrivalOfFirstRecord: arrival(first),
      approximateArrivalOfLastRecord: arrival(last),
      batchSize: records.length,
      streamArn: failure.streamArn,
    },
    ...(failure.withPayload && { payload: JSON.stringify({ Records: records }) }),
  };
};
