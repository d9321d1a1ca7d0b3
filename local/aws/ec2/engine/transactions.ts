import type { DatabaseSync } from 'node:sqlite';
import type { EventSource } from './event-source.ts';

/** Runs work that happens as a whole or not at all, and sends its events once it has happened. */
export class Transactions {
  readonly #database: DatabaseSync;
  readonly #events: EventSource;

  constructor(database: DatabaseSync, events: EventSource) {
    this.#database = database;
    this.#events = events;
  }

  /** `work` may not wait for anything: the database is shared with the other stand-ins. */
  run<T>(work: () => T): T {
    this.#database.exec('SAVEPOINT ec2');
    let result: T;
    try {
      result = work();
    } catch (error) {
      this.#database.exec('ROLLBACK TO ec2; RELEASE ec2');
      this.#events.discard();
      throw error;
    }
    this.#database.exec('RELEASE ec2');
    this.#events.send();
    return result;
  }
}
