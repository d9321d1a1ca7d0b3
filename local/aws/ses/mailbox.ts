import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** A mail that was sent. */
export interface Mail {
  id: string;
  account: string;
  from: string;
  to: string[];
  subject: string;
  /** The plain text; of a mail without one, the HTML or the raw message. */
  text: string;
  /** Milliseconds since the epoch. */
  sentAt: number;
}

interface Row {
  id: string;
  account: string;
  sender: string;
  recipients: string;
  subject: string;
  body: string;
  sent_at: number;
}

/** All mail ever sent, in the table `ses_mail`; nothing leaves the machine. */
export class Mailbox {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(
      `CREATE TABLE IF NOT EXISTS ses_mail (sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL,
         account TEXT NOT NULL, sender TEXT NOT NULL, recipients TEXT NOT NULL, subject TEXT NOT NULL,
         body TEXT NOT NULL, sent_at INTEGER NOT NULL)`,
    );
    this.#insert = database.prepare(
      'INSERT INTO ses_mail (id, account, sender, recipients, subject, body, sent_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
  }

  add({ id, account, from, to, subject, text, sentAt }: Mail): void {
    this.#insert.run(id, account, from, JSON.stringify(to), subject, text, sentAt);
  }

  /** Newest last. */
  list(): Mail[] {
    const rows = this.#database.prepare('SELECT * FROM ses_mail ORDER BY sequence').all() as unknown as Row[];
    return rows.map((row) => ({
      id: row.id,
      account: row.account,
      from: row.sender,
      to: JSON.parse(row.recipients),
      subject: row.subject,
      text: row.body,
      sentAt: row.sent_at,
    }));
  }

  clear(): void {
    this.#database.exec('DELETE FROM ses_mail');
  }
}
