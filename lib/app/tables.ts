import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { awsClient } from '../platform/aws/client.ts';
import { makeLean } from '../platform/aws/lean-client.ts';
import { countCalls } from '../platform/logging/meter.ts';
import { createTables, type TablesOptions } from '../platform/table/tables.ts';
import type { Tables } from '../platform/table/types.ts';
import { config } from './config.ts';

/** Milliseconds. A lost connection or answer must not use up a request's whole budget: the tables try again. */
const connectionTimeout = 1_000;
const requestTimeout = 3_000;

/** The tables of this function's environment. Retries are the tables' own, so the client makes none. */
export const appTables = (options: Pick<TablesOptions, 'clock'> = {}): Tables => {
  const { TABLE_NAME, EPHEMERAL_TABLE_NAME } = config('TABLE_NAME', 'EPHEMERAL_TABLE_NAME');
  const client = awsClient(DynamoDBClient, 'DYNAMODB', {
    requestHandler: { connectionTimeout, requestTimeout },
  });
  makeLean(client);
  countCalls(client);
  return createTables({ client, record: TABLE_NAME, ephemeral: EPHEMERAL_TABLE_NAME, ...options });
};
