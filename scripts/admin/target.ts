import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { namesOf } from '../../infra/names.ts';
import { createTables } from '../../lib/platform/table/tables.ts';
import type { Tables } from '../../lib/platform/table/types.ts';
import { readEngineFile } from '../../local/engine/data-folder.ts';

export interface Target {
  tables: Tables;
  /** For the operator to see what they act on. */
  description: string;
  close(): void;
}

const deployed = (stage: string): Target => {
  const { recordTable, ephemeralTable } = namesOf({ stage, restoredTable: undefined });
  // Credentials and region as with every AWS tool: environment, profile, single sign-on.
  const client = new DynamoDBClient({ maxAttempts: 1 });
  return {
    tables: createTables({ client, record: recordTable, ephemeral: ephemeralTable }),
    description: `stage ${stage} (table ${recordTable})`,
    close: () => client.destroy(),
  };
};

const onThisMachine = (dataDir: string): Target => {
  const engine = readEngineFile(dataDir);
  const environment = Object.values(engine?.functions ?? {}).find(
    (one) => one.TABLE_NAME && one.EPHEMERAL_TABLE_NAME,
  );
  const { TABLE_NAME, EPHEMERAL_TABLE_NAME } = environment ?? {};
  if (!engine || !TABLE_NAME || !EPHEMERAL_TABLE_NAME)
    throw new Error(
      `nothing runs on ${dataDir}. Start it with "npm start", or name a deployed stage with --stage <stage>.`,
    );
  const client = new DynamoDBClient({
    endpoint: engine.endpoints.dynamodb,
    region: engine.region,
    credentials: { accessKeyId: engine.accessKeyId, secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  return {
    tables: createTables({ client, record: TABLE_NAME, ephemeral: EPHEMERAL_TABLE_NAME }),
    description: `the engine at ${engine.url}`,
    close: () => client.destroy(),
  };
};

/**
 * What the command acts on: the named stage in the AWS account of the caller's credentials, or the running engine.
 * @throws Error where no stage is named and no engine runs
 */
export const openTarget = (stage: string | undefined): Target =>
  stage ? deployed(stage) : onThisMachine(process.env.CLOUD_DATA_DIR ?? '.cloud');
