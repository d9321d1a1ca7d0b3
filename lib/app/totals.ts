import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { systemClock } from '../platform/clock.ts';
import { createLogger } from '../platform/logging/logger.ts';
import { createTotalsConsumer } from '../platform/totals/consumer.ts';
import { batchTime } from '../platform/work/sqs-batch.ts';
import { streamTotals } from '../services/totals.ts';
import { appTables } from './tables.ts';

/** The table's stream to the totals of `/metrics`. */
export const totalsHandler = () => {
  const log = createLogger('stream-totals');
  const count = createTotalsConsumer({ tables: appTables(), clock: systemClock, totals: streamTotals, log });
  return (event: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> =>
    count(event.Records, batchTime(context).signal);
};
