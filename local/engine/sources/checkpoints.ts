import type { DatabaseSync } from 'node:sqlite';

/** How far each event source mapping has read each shard of its stream; survives the engine. */
export class Checkpoints {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(
      `CREATE TABLE IF NOT EXISTS engine_checkpoints (
         mapping TEXT NOT NULL, shard TEXT NOT NULL, sequence_number TEXT NOT NULL, PRIMARY KEY (mapping, shard)
       )`,
    );
  }

  find(mapping: string, shard: string): string | undefined {
    const row = this.#database
      .prepare('SELECT sequence_number FROM engine_checkpoints WHERE mapping = ? AND shard = ?')
      .get(mapping, shard);
    return row ? String(row.sequence_number) : undefined;
  }

  save(mapping: string, shard: string, sequenceNumber: string): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO engine_checkpoints VALUES (?, ?, ?)')
      .run(mapping, shard, sequenceNumber);
  }

  forget(mapping: string): void {
    this.#database.prepare('DELETE FROM engine_checkpoints WHERE mapping = ?').run(mapping);
  }
}
