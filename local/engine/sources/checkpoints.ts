import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** How far each event source mapping has read each shard of its stream; survives the engine. */
export class Checkpoints {
  readonly #find: StatementSync;
  readonly #save: StatementSync;
  readonly #forget: StatementSync;

  constructor(database: DatabaseSync) {
    database.exec(
      `CREATE TABLE IF NOT EXISTS engine_checkpoints (
         mapping TEXT NOT NULL, shard TEXT NOT NULL, sequence_number TEXT NOT NULL, PRIMARY KEY (mapping, shard)
       )`,
    );
    this.#find = database.prepare(
      'SELECT sequence_number FROM engine_checkpoints WHERE mapping = ? AND shard = ?',
    );
    this.#save = database.prepare('INSERT OR REPLACE INTO engine_checkpoints VALUES (?, ?, ?)');
    this.#forget = database.prepare('DELETE FROM engine_checkpoints WHERE mapping = ?');
  }

  find(mapping: string, shard: string): string | undefined {
    const row = this.#find.get(mapping, shard);
    return row ? String(row.sequence_number) : undefined;
  }

  save(mapping: string, shard: string, sequenceNumber: string): void {
    this.#save.run(mapping, shard, sequenceNumber);
  }

  forget(mapping: string): void {
    this.#forget.run(mapping);
  }
}
