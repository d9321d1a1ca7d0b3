import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';

const client = new DynamoDBClient({});

/** The baseline of every ratio: one GetItem on the AWS SDK, and nothing else. */
export const handler = async (event: { pathParameters?: { id?: string } }) => {
  const id = event.pathParameters?.id ?? '';
  const { Item } = await client.send(
    new GetItemCommand({
      TableName: process.env.TABLE_NAME,
      Key: { pk: { S: process.env.BENCH_PARTITION ?? '' }, sk: { S: id } },
    }),
  );
  if (!Item) return { statusCode: 404, body: '{"message":"not found"}' };
  const body = Object.fromEntries(
    Object.entries(Item).map(([name, value]) => [name, Object.values(value)[0]]),
  );
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
};
