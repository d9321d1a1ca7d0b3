import { GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { type Connection, metered, send, tableOf } from './connection.ts';
import { ephemeralTable, recordTable } from './definition.ts';
import { Placeholders } from './expressions.ts';
import { withRetry } from './retry.ts';
import type { Item, Query, QueryPage, Tables } from './types.ts';
import { keyAttributes, toAttributes, toItem } from './values.ts';

export const projectionOf = (names: readonly string[] | undefined, placeholders: Placeholders) =>
  names ? { ProjectionExpression: names.map((name) => placeholders.name(name)).join(', ') } : {};

export const createGet =
  (connection: Connection): Tables['get'] =>
  async (key, { consistent = false, signal, project } = {}) => {
    const placeholders = new Placeholders();
    const command = new GetItemCommand({
      TableName: tableOf(connection, key.table),
      Key: keyAttributes(key),
      ConsistentRead: consistent,
      ...projectionOf(project, placeholders),
      ...placeholders.attributes,
      ...metered(connection),
    });
    const request = () => connection.client.send(command, { abortSignal: signal });
    const answer = await withRetry(connection, signal, () => send(connection, 'GetItem', request));
    return answer.Item && toItem(answer.Item);
  };

const keysOf = ({ table, index }: Query) => {
  const definition = table === 'ephemeral' ? ephemeralTable : recordTable;
  const keys = index ? definition.indexes.find(({ name }) => name === index) : definition;
  if (!keys) throw new Error(`there is no index ${index}`);
  return keys;
};

const sortCondition = (sort: Query['sort'], attribute: string, placeholders: Placeholders): string => {
  if (!sort) return '';
  const name = placeholders.name(attribute);
  if ('beginsWith' in sort) return ` AND begins_with(${name}, ${placeholders.value(sort.beginsWith)})`;
  if ('before' in sort) return ` AND ${name} < ${placeholders.value(sort.before)}`;
  if ('after' in sort) return ` AND ${name} > ${placeholders.value(sort.after)}`;
  const [from, to] = sort.between;
  return ` AND ${name} BETWEEN ${placeholders.value(from)} AND ${placeholders.value(to)}`;
};

const queryCommand = (connection: Connection, query: Query): QueryCommand => {
  const { partitionKey, sortKey } = keysOf(query);
  const placeholders = new Placeholders();
  const partition = `${placeholders.name(partitionKey.name)} = ${placeholders.value(query.partition)}`;
  return new QueryCommand({
    TableName: tableOf(connection, query.table),
    IndexName: query.index,
    KeyConditionExpression: partition + sortCondition(query.sort, sortKey.name, placeholders),
    ...(query.filter && { FilterExpression: placeholders.condition(query.filter) }),
    ...projectionOf(query.project, placeholders),
    ConsistentRead: query.consistent,
    ScanIndexForward: !query.descending,
    Limit: query.limit,
    ...(query.startAfter && { ExclusiveStartKey: toAttributes(query.startAfter) }),
    ...placeholders.attributes,
    ...metered(connection),
  });
};

export const createQueryPage =
  (connection: Connection): Tables['queryPage'] =>
  async (query): Promise<QueryPage> => {
    const { signal } = query;
    const command = queryCommand(connection, query);
    const request = () => connection.client.send(command, { abortSignal: signal });
    const answer = await withRetry(connection, signal, () => send(connection, 'Query', request));
    const items = (answer.Items ?? []).map(toItem);
    return answer.LastEvaluatedKey ? { items, lastKey: toItem(answer.LastEvaluatedKey) } : { items };
  };

export const createQuery = (queryPage: Tables['queryPage']): Tables['query'] =>
  async function* readOn(query) {
    let startAfter: Item | undefined = query.startAfter;
    do {
      const page: QueryPage = await queryPage({ ...query, startAfter });
      yield* page.items;
      startAfter = page.lastKey;
    } while (startAfter);
  };
