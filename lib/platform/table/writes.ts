import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { type Connection, tableOf } from './connection.ts';
import { Placeholders, updateExpression } from './expressions.ts';
import type { Condition, Item, Key, Write } from './types.ts';
import { keyAttributes, toAttributes, writeIdAttribute } from './values.ts';

const conditionOf = (condition: Condition | undefined, placeholders: Placeholders) =>
  condition ? { ConditionExpression: placeholders.condition(condition) } : {};

/** The item of a put without the name of its table, which is no attribute. */
export const itemOf = ({ table: _, ...item }: Item & Key): Item => item;

export const putInput = (
  connection: Connection,
  write: { put: Item & Key; when?: Condition },
  writeId?: string,
) => {
  const placeholders = new Placeholders();
  const item = itemOf(write.put);
  return {
    TableName: tableOf(connection, write.put.table),
    Item: toAttributes(writeId ? { ...item, [writeIdAttribute]: writeId } : item),
    ...conditionOf(write.when, placeholders),
    ...placeholders.attributes,
  };
};

export const updateInput = (
  connection: Connection,
  write: Extract<Write, { update: Key }>,
  writeId?: string,
) => {
  const placeholders = new Placeholders();
  const set = writeId ? { ...write.set, [writeIdAttribute]: writeId } : write.set;
  const expression = updateExpression({ set, add: write.add, remove: write.remove }, placeholders);
  return {
    TableName: tableOf(connection, write.update.table),
    Key: keyAttributes(write.update),
    ...(expression && { UpdateExpression: expression }),
    ...conditionOf(write.when, placeholders),
    ...placeholders.attributes,
  };
};

const keyedInput = (connection: Connection, key: Key, when: Condition | undefined) => {
  const placeholders = new Placeholders();
  return {
    TableName: tableOf(connection, key.table),
    Key: keyAttributes(key),
    ...conditionOf(when, placeholders),
    ...placeholders.attributes,
  };
};

export const deleteInput = (connection: Connection, write: Extract<Write, { delete: Key }>) =>
  keyedInput(connection, write.delete, write.when);

const returnFound = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;

/** One write as a member of a transaction. A `check` without a condition asks that the item exists. */
export const transactItem = (connection: Connection, write: Write): TransactWriteItem => {
  if ('put' in write) return { Put: { ...putInput(connection, write), ...returnFound } };
  if ('delete' in write) return { Delete: { ...deleteInput(connection, write), ...returnFound } };
  if ('check' in write) {
    const exists: Condition = { expression: 'attribute_exists(pk)' };
    const input = keyedInput(connection, write.check, write.when ?? exists);
    return { ConditionCheck: { ConditionExpression: exists.expression, ...input, ...returnFound } };
  }
  const { UpdateExpression, ...input } = updateInput(connection, write);
  if (!UpdateExpression) throw new Error('an update in a transaction must change something');
  return { Update: { ...input, UpdateExpression, ...returnFound } };
};
