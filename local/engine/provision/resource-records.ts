import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Provisioned } from '../template/types.ts';

export interface ResourceKey {
  stack: string;
  logicalId: string;
}

interface RecordedResource extends ResourceKey {
  type: string;
  provisioned: Provisioned;
  propertiesHash: string;
}

export const hashOf = (properties: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(properties) ?? '')
    .digest('hex');

/** What was made in which run, so that physical ids stay the same. */
export class ResourceRecords {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(
      `CREATE TABLE IF NOT EXISTS engine_resources (
         stack TEXT NOT NULL, logical_id TEXT NOT NULL, type TEXT NOT NULL, ref TEXT NOT NULL,
         attributes TEXT NOT NULL, properties_hash TEXT NOT NULL, PRIMARY KEY (stack, logical_id)
       )`,
    );
  }

  find({ stack, logicalId }: ResourceKey): RecordedResource | undefined {
    const row = this.#database
      .prepare('SELECT * FROM engine_resources WHERE stack = ? AND logical_id = ?')
      .get(stack, logicalId);
    return row && toRecorded(row);
  }

  save({ stack, logicalId, type, provisioned, propertiesHash }: RecordedResource): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO engine_resources VALUES (?, ?, ?, ?, ?, ?)')
      .run(stack, logicalId, type, provisioned.ref, JSON.stringify(provisioned.attributes), propertiesHash);
  }

  list(): RecordedResource[] {
    return this.#database.prepare('SELECT * FROM engine_resources').all().map(toRecorded);
  }

  forget({ stack, logicalId }: ResourceKey): void {
    this.#database
      .prepare('DELETE FROM engine_resources WHERE stack = ? AND logical_id = ?')
      .run(stack, logicalId);
  }
}

const toRecorded = (row: Record<string, unknown>): RecordedResource => ({
  stack: String(row.stack),
  logicalId: String(row.logical_id),
  type: String(row.type),
  provisioned: { ref: String(row.ref), attributes: JSON.parse(String(row.attributes)) },
  propertiesHash: String(row.properties_hash),
});
