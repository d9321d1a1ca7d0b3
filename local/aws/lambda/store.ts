import type { DatabaseSync } from 'node:sqlite';
import { AwsError, type Caller } from '../stand-in.ts';

/** A function as it is kept. */
export interface LambdaRecord {
  name: string;
  arn: string;
  runtime: string;
  handler: string;
  role: string;
  timeout: number;
  memorySize: number;
  architectures: string[];
  layers: string[];
  variables: Record<string, string>;
  tags: Record<string, string>;
  logGroup: string;
  codeSha256: string;
  codeSize: number;
  revisionId: string;
  /** RFC 3339. */
  lastModified: string;
  /** Milliseconds since the epoch at which it is made, or its last change is through. */
  activeAt: number;
  /** Whether it was ever changed since it was made. */
  updated: boolean;
}

interface Row {
  settings: string;
}

const scopeOf = ({ account, region }: Caller): string => `${account}/${region}`;

/** By name, ARN or partial ARN: https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html */
export const nameOf = (given: string): string => {
  const parts = given.split(':');
  const at = parts.indexOf('function');
  return at < 0 ? (parts[0] ?? given) : (parts[at + 1] ?? given);
};

export const functionArn = ({ account, region }: Caller, name: string): string =>
  `arn:aws:lambda:${region}:${account}:function:${name}`;

/** Functions of all accounts, in the tables `lambda_function` and `lambda_code`. */
export class LambdaStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(
      `CREATE TABLE IF NOT EXISTS lambda_function (scope TEXT, name TEXT, settings TEXT NOT NULL, PRIMARY KEY (scope, name));
       CREATE TABLE IF NOT EXISTS lambda_code (arn TEXT PRIMARY KEY, zip BLOB NOT NULL)`,
    );
  }

  find(caller: Caller, name: string): LambdaRecord | undefined {
    const row = this.#database
      .prepare('SELECT settings FROM lambda_function WHERE scope = ? AND name = ?')
      .get(scopeOf(caller), nameOf(name)) as unknown as Row | undefined;
    return row && JSON.parse(row.settings);
  }

  /** @throws AwsError ResourceNotFoundException */
  get(caller: Caller, name: string): LambdaRecord {
    const found = this.find(caller, name);
    if (found) return found;
    const arn = functionArn(caller, nameOf(name));
    throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
  }

  put(caller: Caller, record: LambdaRecord): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO lambda_function VALUES (?, ?, ?)')
      .run(scopeOf(caller), record.name, JSON.stringify(record));
  }

  putCode({ arn }: LambdaRecord, zip: Uint8Array): void {
    this.#database.prepare('INSERT OR REPLACE INTO lambda_code VALUES (?, ?)').run(arn, zip);
  }

  code({ arn }: LambdaRecord): Uint8Array {
    const row = this.#database.prepare('SELECT zip FROM lambda_code WHERE arn = ?').get(arn);
    return (row as unknown as { zip: Uint8Array }).zip;
  }

  remove(caller: Caller, { name, arn }: LambdaRecord): void {
    this.#database.prepare('DELETE FROM lambda_code WHERE arn = ?').run(arn);
    this.#database
      .prepare('DELETE FROM lambda_function WHERE scope = ? AND name = ?')
      .run(scopeOf(caller), name);
  }

  list(caller: Caller): LambdaRecord[] {
    const rows = this.#database
      .prepare('SELECT settings FROM lambda_function WHERE scope = ? ORDER BY name')
      .all(scopeOf(caller)) as unknown as Row[];
    return rows.map(({ settings }) => JSON.parse(settings));
  }
}
