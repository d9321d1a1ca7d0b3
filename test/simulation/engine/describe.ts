import { inspect } from 'node:util';
import type { AwsCall } from './ambient.ts';

const shortened = (value: unknown, most: number): string => {
  const text = inspect(value, {
    depth: 8,
    compact: true,
    breakLength: Number.POSITIVE_INFINITY,
    maxStringLength: 200,
  });
  return text.length > most ? `${text.slice(0, most)}…` : text;
};

const typeNames = new Set(['S', 'N', 'BOOL', 'M', 'L', 'NULL', 'B', 'SS', 'NS']);

/** DynamoDB's types say nothing to a reader. */
const plain = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || value instanceof Error || value instanceof Date)
    return value;
  if (Array.isArray(value)) return value.map(plain);
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only && typeNames.has(only[0])) return plain(only[1]);
  return Object.fromEntries(entries.map(([name, one]) => [name, plain(one)]));
};

interface Expressions {
  TableName?: string;
  Key?: object;
  Item?: object;
  UpdateExpression?: string;
  ConditionExpression?: string;
  KeyConditionExpression?: string;
  IndexName?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, unknown>;
}

const bound = (
  expression: string,
  { ExpressionAttributeNames, ExpressionAttributeValues }: Expressions,
): string =>
  expression
    .replace(/#\w+/g, (name) => ExpressionAttributeNames?.[name] ?? name)
    .replace(/:\w+/g, (name) => {
      const value = ExpressionAttributeValues?.[name];
      return value === undefined ? name : shortened(plain(value), 240);
    });

/** One request, or one part of a transaction, in words. */
const requestOf = (input: Expressions): string =>
  [
    input.TableName,
    input.IndexName,
    input.Key && Object.values(plain(input.Key) as object).join(' '),
    input.Item && shortened(plain(input.Item), 500),
    input.UpdateExpression && bound(input.UpdateExpression, input),
    input.KeyConditionExpression && bound(input.KeyConditionExpression, input),
    input.ConditionExpression && `IF ${bound(input.ConditionExpression, input)}`,
  ]
    .filter(Boolean)
    .join(' ');

const dynamoInput = (command: string, input: object): string => {
  if (command !== 'TransactWriteItemsCommand') return requestOf(input as Expressions);
  const { TransactItems = [] } = input as { TransactItems?: Record<string, Expressions>[] };
  return TransactItems.map((item) =>
    Object.entries(item)
      .map(([name, one]) => `\n      ${name} ${requestOf(one)}`)
      .join(''),
  ).join('');
};

/** A call and what it came to, on a line of a trace. */
export const describeCall = ({ client, command, input }: AwsCall, outcome: unknown): string => {
  const isTable = client === 'DynamoDBClient';
  const asked = isTable ? dynamoInput(command, input) : shortened(input, 500);
  const isRead = /^(Get|Query|BatchGet|Describe)/.test(command);
  const answer =
    outcome instanceof Error
      ? `✗ ${outcome.name}: ${outcome.message}`
      : isTable && !isRead
        ? 'done'
        : shortened(plain(outcome), 600);
  return `${command.replace(/Command$/, '')} ${asked} → ${answer}`;
};
