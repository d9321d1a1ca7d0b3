import { createHash } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Parameter, ParameterType } from '@aws-sdk/client-ssm';
import type { Caller } from '../stand-in.ts';

interface Row {
  name: string;
  type: ParameterType;
  value: string;
  version: number;
  modified_at: number;
}

const scopeOf = ({ account, region }: Caller): string => `${account}/${region}`;

const bareName = (nameOrArn: string): string => {
  const path = nameOrArn.match(/^arn:[^:]*:ssm:[^:]*:[^:]*:parameter\/(.*)$/)?.[1];
  return path === undefined ? nameOrArn : path.includes('/') ? `/${path}` : path;
};

/** Stands in for the ciphertext of a SecureString that was asked for without decryption. */
const sealed = (value: string): string => createHash('sha512').update(value).digest('base64');

/** Parameters of all accounts, in the table `ssm_parameter`. AWS's public ones are known to every account. */
export class ParameterStore {
  readonly #publicParameters: Readonly<Record<string, string>>;
  readonly #find: StatementSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;

  constructor(database: DatabaseSync, publicParameters: Readonly<Record<string, string>>) {
    this.#publicParameters = publicParameters;
    database.exec(
      `CREATE TABLE IF NOT EXISTS ssm_parameter (scope TEXT, name TEXT, type TEXT NOT NULL, value TEXT NOT NULL,
         version INTEGER NOT NULL, modified_at INTEGER NOT NULL, PRIMARY KEY (scope, name))`,
    );
    this.#find = database.prepare('SELECT * FROM ssm_parameter WHERE scope = ? AND name = ?');
    this.#put = database.prepare('INSERT OR REPLACE INTO ssm_parameter VALUES (?, ?, ?, ?, ?, ?)');
    this.#delete = database.prepare('DELETE FROM ssm_parameter WHERE scope = ? AND name = ?');
  }

  find(caller: Caller, nameOrArn: string, withDecryption: boolean): Parameter | undefined {
    const name = bareName(nameOrArn);
    const path = `parameter/${name.replace(/^\//, '')}`;
    if (Object.hasOwn(this.#publicParameters, name))
      return {
        Name: name,
        Type: 'String',
        Value: this.#publicParameters[name],
        Version: 1,
        LastModifiedDate: new Date(0),
        ARN: `arn:aws:ssm:${caller.region}::${path}`,
        DataType: 'text',
      };
    const row = this.#find.get(scopeOf(caller), name) as unknown as Row | undefined;
    return (
      row && {
        Name: name,
        Type: row.type,
        Value: row.type === 'SecureString' && !withDecryption ? sealed(row.value) : row.value,
        Version: row.version,
        LastModifiedDate: new Date(row.modified_at),
        ARN: `arn:aws:ssm:${caller.region}:${caller.account}:${path}`,
        DataType: 'text',
      }
    );
  }

  put(caller: Caller, name: string, row: Omit<Row, 'name'>): void {
    this.#put.run(scopeOf(caller), name, row.type, row.value, row.version, row.modified_at);
  }

  /** False where there was none. */
  delete(caller: Caller, name: string): boolean {
    return this.#delete.run(scopeOf(caller), name).changes > 0;
  }
}
