import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTables, type TablesOptions } from '../../lib/platform/table/tables.ts';
import type { Consumed, Tables } from '../../lib/platform/table/types.ts';
import { type DynamoDbServer, startDynoxide } from './dynoxide.ts';
import { provisionTables } from './provision-tables.ts';

/** Both tables on a server of the test's own. */
export interface TestTables {
  tables: Tables;
  client: DynamoDBClient;
  /** Endpoint, for `AWS_ENDPOINT_URL_DYNAMODB`. */
  url: string;
  names: { record: string; ephemeral: string };
  /** Every request so far with its cost; empty it with `consumed.length = 0`. */
  consumed: Consumed[];
  /** Another `Tables` over the same tables, for example with another client or clock. */
  reopen(options?: Partial<TablesOptions>): Tables;
  stop(): Promise<void>;
}

/** A client of a local server, with one try a request, as `createTables` wants it. */
export const localClient = (url: string): DynamoDBClient =>
  new DynamoDBClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });

/** Empty tables under names of their own, on the given server. */
export const openTables = async (
  server: DynamoDbServer,
  options: Partial<TablesOptions> = {},
): Promise<TestTables> => {
  const client = localClient(server.url);
  const suffix = randomUUID().slice(0, 8);
  const names = { record: `record-${suffix}`, ephemeral: `ephemeral-${suffix}` };
  await provisionTables(client, names);
  const consumed: Consumed[] = [];
  const reopen = (changed: Partial<TablesOptions> = {}) =>
    createTables({ client, ...names, onConsumed: (one) => consumed.push(one), ...options, ...changed });
  return {
    tables: reopen(),
    client,
    url: server.url,
    names,
    consumed,
    reopen,
    stop: async () => {
      client.destroy();
      await server.stop();
    },
  };
};

/** Starts a dynoxide and makes both tables in it. Stop it in `afterAll`. */
export const startTables = async (options: Partial<TablesOptions> = {}): Promise<TestTables> =>
  openTables(await startDynoxide(), options);

/** What a piece of work costs. */
export const costOf = async (
  { consumed }: Pick<TestTables, 'consumed'>,
  work: () => Promise<unknown>,
): Promise<{ requests: number; readUnits: number; writeUnits: number }> => {
  consumed.length = 0;
  await work();
  return consumed.reduce(
    (sum, { readUnits, writeUnits }) => ({
      requests: sum.requests + 1,
      readUnits: sum.readUnits + readUnits,
      writeUnits: sum.writeUnits + writeUnits,
    }),
    { requests: 0, readUnits: 0, writeUnits: 0 },
  );
};
