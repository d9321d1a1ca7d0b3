import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { RetryOptions } from './retry.ts';
import type { Consumed, TableName } from './types.ts';

/** What all operations on the tables share. */
export interface Connection extends RetryOptions {
  client: DynamoDBClient;
  names: Readonly<Record<TableName, string>>;
  onConsumed: ((consumed: Consumed) => void) | undefined;
}

export const tableOf = (connection: Connection, table: TableName | undefined): string =>
  connection.names[table ?? 'record'];

interface Capacity {
  CapacityUnits?: number;
}

/** Asks DynamoDB for what a request costs, where somebody wants to know. */
export const metered = (connection: Connection): { ReturnConsumedCapacity?: 'TOTAL' } =>
  connection.onConsumed ? { ReturnConsumedCapacity: 'TOTAL' } : {};

/** Sends one request and reports it: also a failed one, whose cost DynamoDB doesn't tell. */
export const send = async <T extends { ConsumedCapacity?: Capacity | Capacity[] }>(
  connection: Connection,
  operation: string,
  request: () => Promise<T>,
): Promise<T> => {
  const { onConsumed } = connection;
  if (!onConsumed) return request();
  const reads = operation === 'GetItem' || operation === 'BatchGetItem' || operation === 'Query';
  let units = 0;
  try {
    const answer = await request();
    for (const { CapacityUnits = 0 } of [answer.ConsumedCapacity ?? []].flat()) units += CapacityUnits;
    return answer;
  } finally {
    onConsumed({ operation, readUnits: reads ? units : 0, writeUnits: reads ? 0 : units });
  }
};
