import type { DatabaseSync } from 'node:sqlite';
import { AwsError, type Caller } from '../stand-in.ts';

/** A log group as it is kept; what is written to it is not. */
export interface LogGroupRecord {
  name: string;
  arn: string;
  tags: Record<string, string>;
  /** Without it nothing expires. */
  retentionDays?: number;
  /** Milliseconds since the epoch. */
  createdAt: number;
}

interface Row {
  settings: string;
}

const scopeOf = ({ account, region }: Caller): string => `${account}/${region}`;

/** Log groups of all accounts, in the table `logs_group`. */
export class LogGroupStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(
      'CREATE TABLE IF NOT EXISTS logs_group (scope TEXT, name TEXT, settings TEXT NOT NULL, PRIMARY KEY (scope, name))',
    );
  }

  find(caller: Caller, name: string): LogGroupRecord | undefined {
    const row = this.#database
      .prepare('SELECT settings FROM logs_group WHERE scope = ? AND name = ?')
      .get(scopeOf(caller), name) as unknown as Row | undefined;
    return row && JSON.parse(row.settings);
  }

  /** @throws AwsError ResourceNotFoundException */
  get(caller: Caller, name: string): LogGroupRecord {
    const found = this.find(caller, name);
    if (found) return found;
    throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
  }

  put(caller: Caller, group: LogGroupRecord): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO logs_group VALUES (?, ?, ?)')
      .run(scopeOf(caller), group.name, JSON.stringify(group));
  }

  /** In the order of their names. */
  list(caller: Caller, prefix: string): LogGroupRecord[] {
    const rows = this.#database
      .prepare('SELECT settings FROM logs_group WHERE scope = ? ORDER BY name')
      .all(scopeOf(caller)) as unknown as Row[];
    return rows
      .map(({ settings }): LogGroupRecord => JSON.parse(settings))
      .filter(({ name }) => name.startsWith(prefix));
  }
}
