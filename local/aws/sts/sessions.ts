import { randomBytes, randomInt } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../../lib/platform/clock.ts';
import type { Caller } from '../stand-in.ts';

export interface Session {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  /** The role's account. */
  account: string;
  /** `arn:aws:sts::<account>:assumed-role/<role>/<session>` */
  arn: string;
  roleArn: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The key id of temporary credentials starts with ASIA. */
const newKeyId = (): string =>
  `ASIA${Array.from({ length: 16 }, () => alphabet[randomInt(alphabet.length)]).join('')}`;

/** Credentials of assumed roles, in the table `sts_session`. */
export class Sessions {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;

  constructor(database: DatabaseSync, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    database.exec(
      `CREATE TABLE IF NOT EXISTS sts_session (access_key_id TEXT PRIMARY KEY, account TEXT NOT NULL,
         arn TEXT NOT NULL, role_arn TEXT NOT NULL, expires_at INTEGER NOT NULL)`,
    );
  }

  create(session: Pick<Session, 'account' | 'arn' | 'roleArn'>, durationSeconds: number): Session {
    const created = {
      ...session,
      accessKeyId: newKeyId(),
      secretAccessKey: randomBytes(30).toString('base64'),
      sessionToken: randomBytes(96).toString('base64'),
      expiresAt: this.#clock.now() + durationSeconds * 1000,
    };
    this.#database.prepare('DELETE FROM sts_session WHERE expires_at <= ?').run(this.#clock.now());
    this.#database
      .prepare('INSERT INTO sts_session VALUES (?, ?, ?, ?, ?)')
      .run(created.accessKeyId, created.account, created.arn, created.roleArn, created.expiresAt);
    return created;
  }

  /** Who holds the key; undefined where STS never gave it, or it has expired. */
  find(accessKeyId: string, region: string): (Caller & { roleArn: string }) | undefined {
    const row = this.#database
      .prepare('SELECT account, arn, role_arn FROM sts_session WHERE access_key_id = ? AND expires_at > ?')
      .get(accessKeyId, this.#clock.now());
    return (
      row && { account: String(row.account), region, arn: String(row.arn), roleArn: String(row.role_arn) }
    );
  }
}
