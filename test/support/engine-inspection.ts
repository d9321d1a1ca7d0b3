import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { platformTenant } from '../../lib/platform/auth/records.ts';
import { counterKey, partitionOf } from '../../lib/platform/table/keys.ts';
import { totalsPartition } from '../../lib/platform/totals/keys.ts';
import type { EngineFile } from '../../local/engine/data-folder.ts';

/** What tests read behind the API, of an engine in whichever process. */
type Inspected = Pick<EngineFile, 'controlUrl' | 'endpoints' | 'functions'>;

export interface CloudInstance {
  instanceId: string;
  state: string;
  tags: Record<string, string>;
}

export interface CloudResource {
  kind: string;
  id: string;
  state?: string;
  tags: Record<string, string>;
}

const askControl = async <T>({ controlUrl }: Inspected, control: string): Promise<T> => {
  const response = await fetch(controlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ control }),
  });
  const { output } = (await response.json()) as { output: T };
  return output;
};

/** What the engine's EC2 has, terminated instances included. */
export const cloudInventory = (engine: Inspected) => askControl<CloudInstance[]>(engine, 'instances');

/** What else the engine's EC2 has: volumes, snapshots, networks and all their parts. */
export const cloudResources = (engine: Inspected) => askControl<CloudResource[]>(engine, 'resources');

/** The balancers and target groups of the engine's Elastic Load Balancing. */
export const cloudBalancers = (engine: Inspected) =>
  askControl<{ balancers?: unknown[]; targetGroups?: unknown[] }>(engine, 'balancers');

const itemsOf = async (
  { endpoints, functions }: Inspected,
  variable: 'TABLE_NAME' | 'EPHEMERAL_TABLE_NAME',
): Promise<Record<string, unknown>[]> => {
  const client = new DynamoDBClient({
    endpoint: endpoints.dynamodb,
    region: 'us-east-1',
    credentials: { accessKeyId: 'inspection', secretAccessKey: 'inspection' },
  });
  try {
    const TableName = Object.values(functions).find((environment) => environment[variable])?.[variable];
    const items: Record<string, unknown>[] = [];
    for await (const page of paginateScan({ client }, { TableName })) {
      for (const item of page.Items ?? []) items.push(unmarshall(item));
    }
    return items;
  } finally {
    client.destroy();
  }
};

/** Every item of the table of record. */
export const recordItems = (engine: Inspected) => itemsOf(engine, 'TABLE_NAME');

export const ephemeralItems = (engine: Inspected) => itemsOf(engine, 'EPHEMERAL_TABLE_NAME');

/** Every item of the ephemeral table, as text. */
export const ephemeralText = async (engine: Inspected): Promise<string> =>
  JSON.stringify(await ephemeralItems(engine));

const inOrder = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, inOrder(inner)]));
};

/** What the platform writes by itself, whatever is asked of it: totals follow some seconds behind, reports by the hour. */
const isOwnWork = ({ pk, sk }: { pk?: unknown; sk?: unknown }): boolean =>
  pk === totalsPartition ||
  pk === partitionOf(platformTenant, 'DRIFT_REPORT') ||
  (pk === counterKey(platformTenant, 'DRIFT_REPORT').pk && sk === 'DRIFT_REPORT');

/** The table of record as text, the same for as long as nothing is written but the platform's own work. */
export const recordText = async (engine: Inspected): Promise<string> =>
  (await recordItems(engine))
    .filter((item) => !isOwnWork(item))
    .map((item) => JSON.stringify(inOrder(item)))
    .sort()
    .join('\n');
