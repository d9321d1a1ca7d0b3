import type { DatabaseSync } from 'node:sqlite';

/** Runs work that happens as a whole or not at all. It may not wait for anything: the database is shared. */
export const transact = <T>(database: DatabaseSync, work: () => T): T => {
  database.exec('SAVEPOINT elbv2');
  let result: T;
  try {
    result = work();
  } catch (error) {
    database.exec('ROLLBACK TO elbv2; RELEASE elbv2');
    throw error;
  }
  database.exec('RELEASE elbv2');
  return result;
};
