import {
  type AttributeDefinition,
  CreateTableCommand,
  type DynamoDBClient,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { ephemeralTable, recordTable, type TableDefinition } from '../../lib/platform/table/definition.ts';

const keySchema = ({ partitionKey, sortKey }: Pick<TableDefinition, 'partitionKey' | 'sortKey'>) => [
  { AttributeName: partitionKey.name, KeyType: 'HASH' as const },
  { AttributeName: sortKey.name, KeyType: 'RANGE' as const },
];

const attributes = (definition: TableDefinition): AttributeDefinition[] => {
  const keys = [definition, ...definition.indexes].flatMap(({ partitionKey, sortKey }) => [
    partitionKey,
    sortKey,
  ]);
  const types = new Map(keys.map(({ name, type }) => [name, type]));
  return [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
};

const projection = (wanted: 'KEYS_ONLY' | readonly string[]) =>
  wanted === 'KEYS_ONLY'
    ? { ProjectionType: 'KEYS_ONLY' as const }
    : { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: [...wanted] };

/** `CreateTable`'s input for a table of `definition.ts`. */
export const createTableInput = (definition: TableDefinition, name: string) => ({
  TableName: name,
  BillingMode: 'PAY_PER_REQUEST' as const,
  KeySchema: keySchema(definition),
  AttributeDefinitions: attributes(definition),
  GlobalSecondaryIndexes: definition.indexes.length
    ? definition.indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: keySchema(index),
        Projection: projection(index.projection),
      }))
    : undefined,
  StreamSpecification: definition.stream
    ? { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' as const }
    : undefined,
});

const provision = async (
  client: DynamoDBClient,
  definition: TableDefinition,
  name: string,
): Promise<void> => {
  await client.send(new CreateTableCommand(createTableInput(definition, name)));
  if (definition.timeToLive)
    await client.send(
      new UpdateTimeToLiveCommand({
        TableName: name,
        TimeToLiveSpecification: { AttributeName: definition.timeToLive, Enabled: true },
      }),
    );
};

/** Makes both tables, as CDK makes them on AWS. */
export const provisionTables = async (
  client: DynamoDBClient,
  names: { record: string; ephemeral: string },
): Promise<void> => {
  await provision(client, recordTable, names.record);
  await provision(client, ephemeralTable, names.ephemeral);
};
