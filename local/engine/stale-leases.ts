import { DeleteItemCommand, type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { leasePrefix } from '../../lib/platform/table/keys.ts';

/**
 * Ends the leases of workers that died with an engine which was killed. On AWS a lease outlives its worker by seconds and
 * the worker's message by a visibility timeout; here all workers of the run before are known to be gone, so what they
 * were at goes on at once.
 */
export const endStaleLeases = async (client: DynamoDBClient, table: string): Promise<number> => {
  let ended = 0;
  const pages = paginateScan(
    { client },
    {
      TableName: table,
      FilterExpression: 'begins_with(pk, :lease)',
      ExpressionAttributeValues: { ':lease': { S: leasePrefix } },
      ProjectionExpression: 'pk, sk',
    },
  );
  for await (const { Items = [] } of pages) {
    for (const { pk, sk } of Items) {
      if (!pk || !sk) continue;
      await client.send(new DeleteItemCommand({ TableName: table, Key: { pk, sk } }));
      ended++;
    }
  }
  return ended;
};
