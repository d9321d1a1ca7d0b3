import type { DatabaseSync } from 'node:sqlite';
import { AwsError, type Caller } from '../stand-in.ts';

export interface Secret {
  arn: string;
  name: string;
  description: string | undefined;
  createdAt: number;
  /** Set while the secret waits for its deletion. */
  deletedAt: number | undefined;
}

/** One value of a secret. */
export interface SecretVersion {
  id: string;
  text: string | undefined;
  binary: Uint8Array | undefined;
  stages: string[];
  createdAt: number;
}

interface SecretRow {
  arn: string;
  name: string;
  description: string | null;
  created_at: number;
  deleted_at: number | null;
}

interface VersionRow {
  id: string;
  text: string | null;
  bytes: Uint8Array | null;
  stages: string;
  created_at: number;
}

const scopeOf = ({ account, region }: Caller): string => `${account}/${region}`;

export const notFound = (): AwsError =>
  new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");

/** Secrets of all accounts, in the tables `secretsmanager_secret` and `secretsmanager_version`. */
export class SecretStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(
      `CREATE TABLE IF NOT EXISTS secretsmanager_secret (scope TEXT, arn TEXT NOT NULL, name TEXT, description TEXT,
         created_at INTEGER NOT NULL, deleted_at INTEGER, PRIMARY KEY (scope, name));
       CREATE TABLE IF NOT EXISTS secretsmanager_version (arn TEXT, id TEXT, text TEXT, bytes BLOB,
         stages TEXT NOT NULL, created_at INTEGER NOT NULL, PRIMARY KEY (arn, id))`,
    );
  }

  /** By name, ARN, or ARN without the six characters at its end. */
  find(caller: Caller, id: string): Secret | undefined {
    const row = this.#database
      .prepare(
        'SELECT * FROM secretsmanager_secret WHERE scope = ? AND (name = ?2 OR arn = ?2 OR substr(arn, 1, length(arn) - 7) = ?2)',
      )
      .get(scopeOf(caller), id) as unknown as SecretRow | undefined;
    return (
      row && {
        arn: row.arn,
        name: row.name,
        description: row.description ?? undefined,
        createdAt: row.created_at,
        deletedAt: row.deleted_at ?? undefined,
      }
    );
  }

  /** @throws AwsError ResourceNotFoundException, or InvalidRequestException where it waits for its deletion */
  get(caller: Caller, id: string): Secret {
    const secret = this.find(caller, id);
    if (!secret) throw notFound();
    if (secret.deletedAt !== undefined)
      throw new AwsError(
        'InvalidRequestException',
        "You can't perform this operation on the secret because it was marked for deletion.",
      );
    return secret;
  }

  put(caller: Caller, { arn, name, description, createdAt, deletedAt }: Secret): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO secretsmanager_secret VALUES (?, ?, ?, ?, ?, ?)')
      .run(scopeOf(caller), arn, name, description ?? null, createdAt, deletedAt ?? null);
  }

  remove({ arn }: Secret): void {
    this.#database.prepare('DELETE FROM secretsmanager_version WHERE arn = ?').run(arn);
    this.#database.prepare('DELETE FROM secretsmanager_secret WHERE arn = ?').run(arn);
  }

  versions({ arn }: Secret): SecretVersion[] {
    const rows = this.#database
      .prepare('SELECT * FROM secretsmanager_version WHERE arn = ? ORDER BY rowid')
      .all(arn) as unknown as VersionRow[];
    return rows.map((row) => ({
      id: row.id,
      text: row.text ?? undefined,
      binary: row.bytes ?? undefined,
      stages: JSON.parse(row.stages),
      createdAt: row.created_at,
    }));
  }

  putVersion({ arn }: Secret, { id, text, binary, stages, createdAt }: SecretVersion): void {
    this.#database
      .prepare(
        `INSERT INTO secretsmanager_version VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (arn, id) DO UPDATE SET stages = excluded.stages`,
      )
      .run(arn, id, text ?? null, binary ?? null, JSON.stringify(stages), createdAt);
  }
}
