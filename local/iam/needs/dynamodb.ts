import type {
  AttributeValue,
  QueryCommandInput,
  TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { ConditionContext, Need, Place } from '../request.ts';
import { type ServiceNeeds, toArn } from './call-needs.ts';

type Item = Record<string, AttributeValue>;

const tableArn = (place: Place, table: string): string => toArn('dynamodb', place, table, 'table/');

/** `dynamodb:LeadingKeys`, for tables whose partition key is called `pk`, as all of ours are. */
const leading = (items: readonly (Item | undefined)[]): ConditionContext => {
  const keys = items.flatMap((item) => item?.pk?.S ?? item?.pk?.N ?? []);
  return keys.length > 0 ? { 'dynamodb:leadingkeys': keys } : {};
};

/** The value that a key condition asks of the partition key (`pk`, in an index a name that ends with it). */
const queriedKey = (input: QueryCommandInput): ConditionContext => {
  for (const [, name = '', value = ''] of input.KeyConditionExpression?.matchAll(/([#\w]+)\s*=\s*(:\w+)/g) ??
    []) {
    const attribute = input.ExpressionAttributeNames?.[name] ?? name;
    const key = input.ExpressionAttributeValues?.[value];
    if (attribute.endsWith('pk') && (key?.S ?? key?.N))
      return { 'dynamodb:leadingkeys': [(key?.S ?? key?.N) as string] };
  }
  return {};
};

const onTable =
  (action: string) =>
  (input: { TableName: string; Key?: Item; Item?: Item }, place: Place): Need[] => [
    { action, resources: [tableArn(place, input.TableName)], context: leading([input.Key ?? input.Item]) },
  ];

const reading =
  (action: string) =>
  (input: QueryCommandInput, place: Place): Need[] => {
    const table = tableArn(place, input.TableName ?? '');
    return [
      {
        action,
        resources: [input.IndexName ? `${table}/index/${input.IndexName}` : table],
        context: { ...queriedKey(input), ...(input.Select && { 'dynamodb:select': input.Select }) },
      },
    ];
  };

/** Items of one kind on one table are one need, with all their keys. */
const grouped = (
  place: Place,
  items: readonly { action: string; table: string; key: Item | undefined }[],
  context: ConditionContext = {},
): Need[] => {
  const groups = new Map<string, { action: string; table: string; keys: (Item | undefined)[] }>();
  for (const { action, table, key } of items) {
    const id = `${action} ${table}`;
    const group = groups.get(id) ?? { action, table, keys: [] };
    groups.set(id, group);
    group.keys.push(key);
  }
  return [...groups.values()].map(({ action, table, keys }) => ({
    action,
    resources: [tableArn(place, table)],
    context: { ...context, ...leading(keys) },
  }));
};

const transactItem = (
  item: NonNullable<TransactWriteItemsCommandInput['TransactItems']>[number],
): { action: string; table: string; key: Item | undefined }[] =>
  (['Put', 'Update', 'Delete', 'ConditionCheck'] as const).flatMap((kind) => {
    const part = item[kind];
    if (!part) return [];
    const action = kind === 'ConditionCheck' ? 'dynamodb:ConditionCheckItem' : `dynamodb:${kind}Item`;
    return [
      { action, table: part.TableName ?? '', key: 'Item' in part ? part.Item : (part as { Key?: Item }).Key },
    ];
  });

/**
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html; a transaction needs
 * the action of each of its items:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
export const dynamodb: ServiceNeeds = {
  GetItem: onTable('dynamodb:GetItem'),
  PutItem: onTable('dynamodb:PutItem'),
  UpdateItem: onTable('dynamodb:UpdateItem'),
  DeleteItem: onTable('dynamodb:DeleteItem'),
  DescribeTable: onTable('dynamodb:DescribeTable'),
  CreateTable: onTable('dynamodb:CreateTable'),
  UpdateTable: onTable('dynamodb:UpdateTable'),
  DeleteTable: onTable('dynamodb:DeleteTable'),
  DescribeTimeToLive: onTable('dynamodb:DescribeTimeToLive'),
  UpdateTimeToLive: onTable('dynamodb:UpdateTimeToLive'),
  DescribeContinuousBackups: onTable('dynamodb:DescribeContinuousBackups'),
  Query: reading('dynamodb:Query'),
  Scan: reading('dynamodb:Scan'),
  BatchGetItem: (input: { RequestItems: Record<string, { Keys?: Item[] }> }, place) =>
    Object.entries(input.RequestItems).map(([table, { Keys = [] }]) => ({
      action: 'dynamodb:BatchGetItem',
      resources: [tableArn(place, table)],
      context: leading(Keys),
    })),
  BatchWriteItem: (
    input: { RequestItems: Record<string, { PutRequest?: { Item: Item }; DeleteRequest?: { Key: Item } }[]> },
    place,
  ) =>
    Object.entries(input.RequestItems).map(([table, writes]) => ({
      action: 'dynamodb:BatchWriteItem',
      resources: [tableArn(place, table)],
      context: leading(writes.map((write) => write.PutRequest?.Item ?? write.DeleteRequest?.Key)),
    })),
  TransactGetItems: (input: { TransactItems: { Get: { TableName: string; Key: Item } }[] }, place) =>
    grouped(
      place,
      input.TransactItems.map(({ Get }) => ({
        action: 'dynamodb:GetItem',
        table: Get.TableName,
        key: Get.Key,
      })),
      { 'dynamodb:enclosingoperation': 'TransactGetItems' },
    ),
  TransactWriteItems: (input: TransactWriteItemsCommandInput, place) =>
    grouped(place, (input.TransactItems ?? []).flatMap(transactItem), {
      'dynamodb:enclosingoperation': 'TransactWriteItems',
    }),
};
