import { randomBytes } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type Connection, metered, send } from './connection.ts';
import { withRetry } from './retry.ts';
import { conditionError } from './transact.ts';
import type { Item, Key, Tables, Write } from './types.ts';
import { type Attributes, toItem, writeIdAttribute } from './values.ts';
import { deleteInput, putInput, updateInput } from './writes.ts';

const newWriteId = (): string => randomBytes(6).toString('base64url');

const unlessDone = (write: Extract<Write, { update: Key }>, writeId: string) => ({
  ...write,
  when: {
    expression: `${write.when ? `(${write.when.expression}) AND ` : ''}(attribute_not_exists(#_w) OR #_w <> :_w)`,
    names: { ...write.when?.names, '#_w': writeIdAttribute },
    values: { ...write.when?.values, ':_w': writeId },
  },
});

/**
 * One write by itself.
 *
 * A conditional put or update, and an addition, would be misread when its answer is lost and it is sent again: its own
 * effect would look like somebody else's. So these carry a short random id, and a failed condition that finds the id in
 * the item is the success of an earlier try. (Only where somebody else wrote in between is it read as a refusal.) A
 * conditional delete leaves nothing to carry an id: it goes as a transaction of one, at twice the price, exactly once.
 */
export const createWrite = (connection: Connection, transact: Tables['transact']): Tables['write'] => {
  const put = async (
    write: Extract<Write, { put: Item & Key }>,
    writeId: string | undefined,
    signal?: AbortSignal,
  ) => {
    const command = new PutItemCommand({
      ...putInput(connection, write, writeId),
      ...(write.when && { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
      ...metered(connection),
    });
    await send(connection, 'PutItem', () => connection.client.send(command, { abortSignal: signal }));
    return undefined;
  };

  const update = async (
    write: Extract<Write, { update: Key }>,
    writeId: string | undefined,
    maybeDone: boolean,
    signal?: AbortSignal,
  ) => {
    // A try that was given up may still arrive, and after the one that came in its place: an addition asks from the start.
    const asks = maybeDone || write.add !== undefined;
    const command = new UpdateItemCommand({
      ...updateInput(connection, asks && writeId ? unlessDone(write, writeId) : write, writeId),
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      ...metered(connection),
    });
    const answer = await send(connection, 'UpdateItem', () =>
      connection.client.send(command, { abortSignal: signal }),
    );
    return answer.Attributes && toItem(answer.Attributes);
  };

  const conditional = async (
    write: Extract<Write, { put: Item & Key }> | Extract<Write, { update: Key }>,
    signal?: AbortSignal,
  ): Promise<Item | undefined> => {
    const writeId = write.when || 'add' in write ? newWriteId() : undefined;
    return withRetry(connection, signal, async (maybeDone) => {
      try {
        return 'put' in write
          ? await put(write, writeId, signal)
          : await update(write, writeId, maybeDone, signal);
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        const found = error.Item as Attributes | undefined;
        if (writeId && found?.[writeIdAttribute]?.S === writeId)
          return 'update' in write ? toItem(found) : undefined;
        throw conditionError(write, found && toItem(found), error);
      }
    });
  };

  return async (write, { signal } = {}) => {
    if ('put' in write || 'update' in write) return conditional(write, signal);
    if ('check' in write || write.when) {
      await transact([write], { signal });
      return undefined;
    }
    const command = new DeleteItemCommand({ ...deleteInput(connection, write), ...metered(connection) });
    const request = () => connection.client.send(command, { abortSignal: signal });
    await withRetry(connection, signal, () => send(connection, 'DeleteItem', request));
    return undefined;
  };
};
