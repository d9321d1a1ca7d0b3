import { ephemeralTable, recordTable, type TableDefinition } from '../../../lib/platform/table/definition.ts';

export const tableNames = { record: 'record', ephemeral: 'ephemeral' } as const;

export interface IndexKeys {
  partition: string;
  sort: string;
  /** Attributes that it shows beside the keys; undefined: all. */
  projected: readonly string[] | undefined;
}

const definitions: Readonly<Record<string, TableDefinition>> = {
  [tableNames.record]: recordTable,
  [tableNames.ephemeral]: ephemeralTable,
};

/** The definition by which the platform itself makes its tables. */
export const definitionOf = (table: string): TableDefinition => {
  const found = definitions[table];
  if (!found) throw new Error(`there is no table ${table}`);
  return found;
};

export const keysOf = (table: string, index: string | undefined): IndexKeys => {
  if (index === undefined) return { partition: 'pk', sort: 'sk', projected: undefined };
  const found = definitionOf(table).indexes.find(({ name }) => name === index);
  if (!found) throw new Error(`${table} has no index ${index}`);
  const keys = ['pk', 'sk', found.partitionKey.name, found.sortKey.name];
  const more = found.projection === 'KEYS_ONLY' ? [] : found.projection;
  return { partition: found.partitionKey.name, sort: found.sortKey.name, projected: [...keys, ...more] };
};

/** Partition keys of the indexes that are not the table's own. */
export const indexedAttributes = (table: string): string[] => [
  ...new Set(
    definitionOf(table)
      .indexes.map(({ partitionKey }) => partitionKey.name)
      .filter((name) => name !== 'pk'),
  ),
];
