import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  type GlobalSecondaryIndex,
  ResourceNotFoundException,
  type TableDescription,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { arn } from '../account.ts';
import { asRecord } from './property.ts';
import { type Provider, physicalName } from './provider.ts';

const find = async (client: DynamoDBClient, name: string): Promise<TableDescription | undefined> => {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
};

const withoutThroughput = (index: GlobalSecondaryIndex): GlobalSecondaryIndex => ({
  IndexName: index.IndexName,
  KeySchema: index.KeySchema,
  Projection: index.Projection,
});

const shape = ({ KeySchema, Projection }: GlobalSecondaryIndex): string =>
  JSON.stringify([KeySchema, Projection?.ProjectionType, [...(Projection?.NonKeyAttributes ?? [])].sort()]);

/** Brings an existing table's indexes in line, one change at a time as DynamoDB demands. */
const updateIndexes = async (
  client: DynamoDBClient,
  table: TableDescription,
  input: CreateTableCommandInput,
): Promise<void> => {
  const present = new Map((table.GlobalSecondaryIndexes ?? []).map((index) => [index.IndexName, index]));
  const wanted = new Map((input.GlobalSecondaryIndexes ?? []).map((index) => [index.IndexName, index]));
  for (const [name, index] of present) {
    const keep = wanted.get(name);
    if (keep && shape(keep) === shape(index as GlobalSecondaryIndex)) continue;
    await client.send(
      new UpdateTableCommand({
        TableName: input.TableName,
        GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: name } }],
      }),
    );
    present.delete(name);
  }
  for (const [name, index] of wanted) {
    if (present.has(name)) continue;
    await client.send(
      new UpdateTableCommand({
        TableName: input.TableName,
        AttributeDefinitions: input.AttributeDefinitions,
        GlobalSecondaryIndexUpdates: [{ Create: index }],
      }),
    );
  }
};

/** `AWS::DynamoDB::Table` and, for its one local replica, `AWS::DynamoDB::GlobalTable`. */
export const dynamoDbTable: Provider = async (request, { dynamoDb, addStream }) => {
  const { properties } = request;
  const name = physicalName(request, properties.TableName);
  const stream = asRecord(properties.StreamSpecification);
  const indexes = properties.GlobalSecondaryIndexes as GlobalSecondaryIndex[] | undefined;
  const input: CreateTableCommandInput = {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: properties.KeySchema as CreateTableCommandInput['KeySchema'],
    AttributeDefinitions: properties.AttributeDefinitions as CreateTableCommandInput['AttributeDefinitions'],
    ...(indexes && { GlobalSecondaryIndexes: indexes.map(withoutThroughput) }),
    ...(stream.StreamViewType !== undefined && {
      StreamSpecification: {
        StreamEnabled: true,
        StreamViewType: stream.StreamViewType as 'NEW_AND_OLD_IMAGES',
      },
    }),
  };
  const existing = await find(dynamoDb, name);
  if (existing) await updateIndexes(dynamoDb, existing, input);
  else {
    await dynamoDb.send(new CreateTableCommand(input));
    const timeToLive = asRecord(properties.TimeToLiveSpecification);
    if (timeToLive.AttributeName !== undefined)
      await dynamoDb.send(
        new UpdateTimeToLiveCommand({
          TableName: name,
          TimeToLiveSpecification: { Enabled: true, AttributeName: String(timeToLive.AttributeName) },
        }),
      );
  }
  const tableArn = arn('dynamodb', `table/${name}`);
  const streamArn = `${tableArn}/stream/local`;
  const serverStreamArn = (await find(dynamoDb, name))?.LatestStreamArn;
  if (serverStreamArn) addStream({ streamArn, serverStreamArn });
  return { ref: name, attributes: { Arn: tableArn, StreamArn: streamArn, TableId: name } };
};
