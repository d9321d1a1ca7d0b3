import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { tagKeys } from '../../../lib/platform/aws/ec2/tags.ts';
import { machineKey } from '../../../lib/services/instances/service.ts';
import type { Cloud } from '../cloud.ts';
import type { StandIns } from '../stand-ins.ts';

/** Whose a machine is that was launched with others: its tags name the launch, only the table of record knows the rest. */
const ownerOf = async (machineId: string, { dynamoDb, functions }: Cloud): Promise<string | undefined> => {
  const TableName = functions.list().find(({ settings }) => settings.environment.TABLE_NAME)?.settings
    .environment.TABLE_NAME;
  const { pk, sk } = machineKey(machineId);
  const { Item } = await dynamoDb.send(
    new GetItemCommand({ TableName, Key: { pk: { S: pk }, sk: { S: sk } }, ProjectionExpression: 'id' }),
  );
  return Item?.id?.S;
};

/** EC2's id of an instance that is named by that id, by any of its tags, as our own id is one, or by our own id. */
export const findMachine = async (
  name: string,
  { ec2 }: Pick<StandIns, 'ec2'>,
  cloud: Cloud,
): Promise<string | undefined> => {
  const living = ec2.inspect().filter(({ state }) => state !== 'terminated');
  const named = living.find(
    ({ instanceId, tags }) => instanceId === name || Object.values(tags).includes(name),
  );
  if (named) return named.instanceId;
  for (const { instanceId, tags } of living)
    if (tags[tagKeys.launchBatch] && (await ownerOf(instanceId, cloud)) === name) return instanceId;
  return undefined;
};
