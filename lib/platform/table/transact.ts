import { randomUUID } from 'node:crypto';
import {
  type CancellationReason,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { CloudError } from '../errors/index.ts';
import { type Connection, metered, send } from './connection.ts';
import { type Failure, failureOf } from './failures.ts';
import { mergeAdditions } from './merge-additions.ts';
import { withRetry } from './retry.ts';
import type { Item, Tables, Write } from './types.ts';
import { toItem } from './values.ts';
import { transactItem } from './writes.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
const maxWrites = 100;

const conditionFailed = 'ConditionalCheckFailed';

/** Reasons that another try can outlive. */
const passing: ReadonlySet<string> = new Set([
  'TransactionConflict',
  'ProvisionedThroughputExceeded',
  'ThrottlingError',
]);

const reasonsOf = (error: unknown): readonly CancellationReason[] | undefined =>
  error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : undefined;

const classify = (error: unknown): Failure => {
  const reasons = reasonsOf(error);
  if (!reasons) return failureOf(error);
  if (reasons.some(({ Code }) => Code === conditionFailed)) return 'final';
  const blocking = reasons.filter(({ Code }) => Code && Code !== 'None');
  return blocking.length > 0 && blocking.every(({ Code }) => passing.has(Code ?? '')) ? 'refused' : 'final';
};

/** What a failed condition means: the write's own word for it, or `CONFLICT`. */
export const conditionError = (write: Write, found: Item | undefined, cause: unknown): Error =>
  write.otherwise?.(found) ??
  new CloudError('CONFLICT', 'changed by another request at the same time', { cause });

/** The error of the first write in order whose condition failed. */
const cancellation = (writes: readonly Write[], error: unknown): unknown => {
  const reasons = reasonsOf(error) ?? [];
  const index = reasons.findIndex(({ Code }) => Code === conditionFailed);
  const write = writes[index];
  if (!write) return error;
  const found = reasons[index]?.Item;
  return conditionError(write, found && toItem(found), error);
};

/** `TransactWriteItems` under one client request token for all tries, so that a repeat has its effect once. */
export const createTransact =
  (connection: Connection): Tables['transact'] =>
  async (given, { signal } = {}) => {
    if (given.length === 0) return;
    const writes = mergeAdditions(given);
    if (writes.length > maxWrites)
      throw new Error(`a transaction takes ${maxWrites} writes, not ${writes.length}`);
    const command = new TransactWriteItemsCommand({
      TransactItems: writes.map((write) => transactItem(connection, write)),
      ClientRequestToken: randomUUID(),
      ...metered(connection),
    });
    const request = () => connection.client.send(command, { abortSignal: signal });
    try {
      await withRetry(connection, signal, () => send(connection, 'TransactWriteItems', request), classify);
    } catch (error) {
      throw cancellation(writes, error);
    }
  };
