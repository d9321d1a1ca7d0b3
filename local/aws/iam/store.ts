import type { DatabaseSync } from 'node:sqlite';
import type { Tag } from '@aws-sdk/client-iam';
import { AwsError } from '../stand-in.ts';

/** A role as it is kept. IAM belongs to no region. */
export interface RoleRecord {
  account: string;
  name: string;
  path: string;
  id: string;
  arn: string;
  description: string | undefined;
  /** JSON. */
  trust: string;
  boundary: string | undefined;
  tags: Tag[];
  /** Milliseconds since the epoch. */
  createdAt: number;
}

interface Row {
  role: string;
}

/** Roles of all accounts with their inline policies, in the tables `iam_role` and `iam_role_policy`. */
export class RoleStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(
      `CREATE TABLE IF NOT EXISTS iam_role (account TEXT, name TEXT COLLATE NOCASE, role TEXT NOT NULL, PRIMARY KEY (account, name));
       CREATE TABLE IF NOT EXISTS iam_role_policy (account TEXT, role TEXT COLLATE NOCASE, name TEXT, document TEXT NOT NULL,
         PRIMARY KEY (account, role, name))`,
    );
  }

  /** Names are not told apart by case. */
  find(account: string, name: string): RoleRecord | undefined {
    const row = this.#database
      .prepare('SELECT role FROM iam_role WHERE account = ? AND name = ?')
      .get(account, name) as unknown as Row | undefined;
    return row && JSON.parse(row.role);
  }

  /** @throws AwsError NoSuchEntityException */
  get(account: string, name: string): RoleRecord {
    const found = this.find(account, name);
    if (found) return found;
    throw new AwsError('NoSuchEntityException', `The role with name ${name} cannot be found.`, 404);
  }

  add(role: RoleRecord): void {
    this.#database
      .prepare('INSERT INTO iam_role VALUES (?, ?, ?)')
      .run(role.account, role.name, JSON.stringify(role));
  }

  count(account: string): number {
    const row = this.#database.prepare('SELECT count(*) AS n FROM iam_role WHERE account = ?').get(account);
    return (row as unknown as { n: number }).n;
  }

  /** Inline policies by name. */
  policies({ account, name }: RoleRecord): Map<string, string> {
    const rows = this.#database
      .prepare('SELECT name, document FROM iam_role_policy WHERE account = ? AND role = ?')
      .all(account, name) as unknown as { name: string; document: string }[];
    return new Map(rows.map((row) => [row.name, row.document]));
  }

  putPolicy({ account, name: role }: RoleRecord, name: string, document: string): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO iam_role_policy VALUES (?, ?, ?, ?)')
      .run(account, role, name, document);
  }
}
