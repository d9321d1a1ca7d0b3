import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Clock, systemClock } from '../clock.ts';
import { createBatchGet, createWriteAll } from './bulk.ts';
import type { Connection } from './connection.ts';
import { createGet, createQuery, createQueryPage } from './read.ts';
import { type RetryOptions, sleep } from './retry.ts';
import { createTransact } from './transact.ts';
import type { Consumed, Tables } from './types.ts';
import { createWrite } from './write.ts';

export interface TablesOptions {
  /**
   * A client that tries once or twice (`maxAttempts` 1 or 2): the retries that matter are done here. Give it a request
   * time-out, so that a lost answer does not use up the whole budget.
   */
  client: DynamoDBClient;
  /** Name of the table of record. */
  record: string;
  /** Name of the table for what has a time to live. */
  ephemeral: string;
  clock?: Clock;
  random?: () => number;
  /** Told of each request and its capacity units; DynamoDB is asked for them only where this is given. */
  onConsumed?: (consumed: Consumed) => void;
  /** Default: as many as the budget allows. */
  maxAttempts?: number;
  /** Of one call with all its tries; default 10 s. */
  budgetMilliseconds?: number;
  sleep?: RetryOptions['sleep'];
}

const defaultBudgetMilliseconds = 10_000;

/** Both tables over one DynamoDB client. */
export const createTables = (options: TablesOptions): Tables => {
  const connection: Connection = {
    client: options.client,
    names: { record: options.record, ephemeral: options.ephemeral },
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    onConsumed: options.onConsumed,
    maxAttempts: options.maxAttempts ?? Number.POSITIVE_INFINITY,
    budgetMilliseconds: options.budgetMilliseconds ?? defaultBudgetMilliseconds,
    sleep: options.sleep ?? sleep,
  };
  const transact = createTransact(connection);
  const queryPage = createQueryPage(connection);
  return {
    get: createGet(connection),
    batchGet: createBatchGet(connection),
    queryPage,
    query: createQuery(queryPage),
    write: createWrite(connection, transact),
    transact,
    writeAll: createWriteAll(connection),
  };
};
