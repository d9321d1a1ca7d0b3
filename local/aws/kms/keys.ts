import { randomBytes, randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { AwsError, type Caller } from '../stand-in.ts';

export interface Key {
  id: string;
  arn: string;
  /** 32 bytes. */
  material: Uint8Array;
}

type Place = Pick<Caller, 'account' | 'region'>;

const arnOf = ({ account, region }: Place, resource: string): string =>
  `arn:aws:kms:${region}:${account}:${resource}`;

/** Symmetric keys and their aliases, in the tables `kms_key` and `kms_alias`. */
export class Keys {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(
      `CREATE TABLE IF NOT EXISTS kms_key (arn TEXT PRIMARY KEY, id TEXT NOT NULL, material BLOB NOT NULL);
       CREATE TABLE IF NOT EXISTS kms_alias (arn TEXT PRIMARY KEY, key_arn TEXT NOT NULL)`,
    );
  }

  create(place: Place): Key {
    const id = randomUUID();
    const key = { id, arn: arnOf(place, `key/${id}`), material: randomBytes(32) };
    this.#database.prepare('INSERT INTO kms_key VALUES (?, ?, ?)').run(key.arn, id, key.material);
    return key;
  }

  delete(place: Place, id: string): void {
    const arn = arnOf(place, `key/${id}`);
    this.#database.prepare('DELETE FROM kms_alias WHERE key_arn = ?').run(arn);
    this.#database.prepare('DELETE FROM kms_key WHERE arn = ?').run(arn);
  }

  /** @param name with `alias/` before it */
  setAlias(place: Place, name: string, keyId: string): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO kms_alias VALUES (?, ?)')
      .run(arnOf(place, name), this.get(place, keyId).arn);
  }

  /**
   * @param keyId id, ARN, alias name or alias ARN
   * @throws AwsError NotFoundException
   */
  get(place: Place, keyId: string): Key {
    const isAlias = /^(arn:[^/]*:)?alias\//.test(keyId);
    const arn = keyId.startsWith('arn:') ? keyId : arnOf(place, isAlias ? keyId : `key/${keyId}`);
    const row = this.#database
      .prepare(
        isAlias
          ? 'SELECT k.* FROM kms_alias a JOIN kms_key k ON k.arn = a.key_arn WHERE a.arn = ?'
          : 'SELECT * FROM kms_key WHERE arn = ?',
      )
      .get(arn);
    if (!row)
      throw new AwsError(
        'NotFoundException',
        isAlias ? `Alias ${arn} is not found.` : `Key '${arn}' does not exist`,
      );
    return { id: String(row.id), arn: String(row.arn), material: row.material as Uint8Array };
  }
}
