import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type KeysAndAttributes,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { type Connection, metered, send, tableOf } from './connection.ts';
import { Placeholders } from './expressions.ts';
import { projectionOf } from './read.ts';
import { withRetry } from './retry.ts';
import type { Item, Key, TableName, Tables } from './types.ts';
import { keyAttributes, toAttributes, toItem } from './values.ts';
import { itemOf } from './writes.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
const keysPerBatch = 100;
const writesPerBatch = 25;

const chunks = <T>(all: readonly T[], size: number): T[][] => {
  const parts: T[][] = [];
  for (let start = 0; start < all.length; start += size) parts.push(all.slice(start, start + size));
  return parts;
};

/** DynamoDB took only a part of a batch: what is left goes again after a pause, like any other refusal. */
class Unprocessed extends Error {
  override readonly name = 'ProvisionedThroughputExceededException';
}

export const createBatchGet =
  (connection: Connection): Tables['batchGet'] =>
  async (keys, { consistent = false, signal, project } = {}) => {
    const unique = [
      ...new Map(keys.map((key) => [`${key.table ?? 'record'} ${key.pk} ${key.sk}`, key])).values(),
    ];
    const one = async (batch: readonly Key[]): Promise<Item[]> => {
      let left: Record<string, KeysAndAttributes> = {};
      for (const table of ['record', 'ephemeral'] as const satisfies TableName[]) {
        const mine = batch.filter((key) => (key.table ?? 'record') === table);
        if (mine.length === 0) continue;
        const placeholders = new Placeholders();
        left[tableOf(connection, table)] = {
          Keys: mine.map(keyAttributes),
          ConsistentRead: consistent,
          ...projectionOf(project, placeholders),
          ...placeholders.attributes,
        };
      }
      const found: Item[] = [];
      await withRetry(connection, signal, async () => {
        const command = new BatchGetItemCommand({ RequestItems: left, ...metered(connection) });
        const answer = await send(connection, 'BatchGetItem', () =>
          connection.client.send(command, { abortSignal: signal }),
        );
        for (const items of Object.values(answer.Responses ?? {})) found.push(...items.map(toItem));
        left = answer.UnprocessedKeys ?? {};
        if (Object.keys(left).length > 0) throw new Unprocessed('DynamoDB left keys unprocessed');
      });
      return found;
    };
    return (await Promise.all(chunks(unique, keysPerBatch).map(one))).flat();
  };

const writeRequest = (write: { put: Item & Key } | { delete: Key }): WriteRequest =>
  'put' in write
    ? { PutRequest: { Item: toAttributes(itemOf(write.put)) } }
    : { DeleteRequest: { Key: keyAttributes(write.delete) } };

/** Batches are written one after the other: bulk work must not crowd out the requests of users. */
export const createWriteAll =
  (connection: Connection): Tables['writeAll'] =>
  async (writes, { signal } = {}) => {
    for (const batch of chunks(writes, writesPerBatch)) {
      let left: Record<string, WriteRequest[]> = {};
      for (const write of batch) {
        const table = tableOf(connection, ('put' in write ? write.put : write.delete).table);
        left[table] = [...(left[table] ?? []), writeRequest(write)];
      }
      await withRetry(connection, signal, async () => {
        const command = new BatchWriteItemCommand({ RequestItems: left, ...metered(connection) });
        const answer = await send(connection, 'BatchWriteItem', () =>
          connection.client.send(command, { abortSignal: signal }),
        );
        left = answer.UnprocessedItems ?? {};
        if (Object.keys(left).length > 0) throw new Unprocessed('DynamoDB left writes unprocessed');
      });
    }
  };
