import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

/** Account and region, the border that no resource crosses: `<account>/<region>`. */
export type Scope = string;

/** Columns kept beside a record's JSON body so that it can be found by them. */
export type Columns<T> = Record<string, (record: T) => string | number | undefined>;

interface Row {
  scope: string;
  body: string;
}

/**
 * One kind of resource of all accounts, in the table `<service>_<name>`: a JSON body, the columns it is looked up by, and
 * a sequence that keeps the order of creation.
 */
export class Collection<T extends { id: string }> {
  readonly #database: DatabaseSync;
  readonly #table: string;
  readonly #columns: Columns<T>;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync, name: string, columns: Columns<T> = {}, service = 'ec2') {
    this.#database = database;
    this.#table = `${service}_${name}`;
    this.#columns = columns;
    const names = Object.keys(columns);
    const fields = ['scope TEXT NOT NULL', 'id TEXT NOT NULL', 'body TEXT NOT NULL', ...names];
    database.exec(
      `CREATE TABLE IF NOT EXISTS ${this.#table} (sequence INTEGER PRIMARY KEY AUTOINCREMENT, ${fields.join(', ')},
         UNIQUE (scope, id))`,
    );
    const present = new Set(
      database
        .prepare(`PRAGMA table_info(${this.#table})`)
        .all()
        .map((row) => row.name),
    );
    const added = names.filter((column) => !present.has(column));
    for (const column of added) database.exec(`ALTER TABLE ${this.#table} ADD COLUMN ${column}`);
    for (const column of names) {
      database.exec(
        `CREATE INDEX IF NOT EXISTS ${this.#table}_${column} ON ${this.#table} (scope, ${column});
         CREATE INDEX IF NOT EXISTS ${this.#table}_all_${column} ON ${this.#table} (${column})`,
      );
    }
    // A database from before a column existed gets its values now.
    if (added.length > 0) for (const { scope, record } of this.everywhere()) this.put(scope, record);
  }

  /** The part of the collection that one account has in one region. */
  shelf(scope: Scope): Shelf<T> {
    return new Shelf(this, scope);
  }

  put(scope: Scope, record: T): void {
    const names = Object.keys(this.#columns);
    const all = ['scope', 'id', 'body', ...names];
    const updates = ['body', ...names].map((name) => `${name} = excluded.${name}`);
    this.#statement(
      `INSERT INTO ${this.#table} (${all.join(', ')}) VALUES (${all.map(() => '?').join(', ')})
         ON CONFLICT (scope, id) DO UPDATE SET ${updates.join(', ')}`,
    ).run(
      scope,
      record.id,
      JSON.stringify(record),
      ...Object.values(this.#columns).map((column) => column(record) ?? null),
    );
  }

  find(scope: Scope, id: string): T | undefined {
    return this.#records('scope = ? AND id = ?', scope, id)[0];
  }

  delete(scope: Scope, id: string): void {
    this.#statement(`DELETE FROM ${this.#table} WHERE scope = ? AND id = ?`).run(scope, id);
  }

  list(scope: Scope): T[] {
    return this.#records('scope = ?', scope);
  }

  where(scope: Scope, column: string, value: string): T[] {
    return this.#records(`scope = ? AND ${column} = ?`, scope, value);
  }

  whereAny(scope: Scope, column: string, values: readonly string[]): T[] {
    const list = JSON.stringify(values);
    return this.#records(`scope = ? AND ${column} IN (SELECT value FROM json_each(?))`, scope, list);
  }

  count(scope: Scope): number {
    return Number(this.#statement(`SELECT count(*) AS n FROM ${this.#table} WHERE scope = ?`).get(scope)?.n);
  }

  /** The sum of a numeric column; records without a value count as 0. */
  sum(scope: Scope, column: string): number {
    const row = this.#statement(
      `SELECT coalesce(sum(${column}), 0) AS n FROM ${this.#table} WHERE scope = ?`,
    ).get(scope);
    return Number(row?.n);
  }

  /** Records of every account whose numeric column is at most `bound`, lowest first. */
  upTo(column: string, bound: number): { scope: Scope; record: T }[] {
    return this.#rows(`${column} <= ? ORDER BY ${column}, sequence`, bound).map((row) => ({
      scope: row.scope,
      record: JSON.parse(row.body) as T,
    }));
  }

  /** The lowest value that any record of any account has in a numeric column. */
  lowest(column: string): number | undefined {
    const value = this.#statement(`SELECT min(${column}) AS n FROM ${this.#table}`).get()?.n;
    return typeof value === 'number' ? value : undefined;
  }

  /** Looks an id up in every account: for operator controls, which know no caller. */
  anywhere(id: string): { scope: Scope; record: T } | undefined {
    const row = this.#rows('id = ?', id)[0];
    return row && { scope: row.scope, record: JSON.parse(row.body) as T };
  }

  /** Every account's records. */
  everywhere(): { scope: Scope; record: T }[] {
    return this.#rows('1 ORDER BY sequence').map((row) => ({
      scope: row.scope,
      record: JSON.parse(row.body) as T,
    }));
  }

  /** Every account and region that has records. */
  scopes(): Scope[] {
    return this.#statement(`SELECT DISTINCT scope FROM ${this.#table}`)
      .all()
      .map(({ scope }) => String(scope));
  }

  clear(): void {
    this.#database.exec(`DELETE FROM ${this.#table}`);
  }

  #records(condition: string, ...values: SQLInputValue[]): T[] {
    return this.#rows(`${condition} ORDER BY sequence`, ...values).map((row) => JSON.parse(row.body) as T);
  }

  #rows(condition: string, ...values: SQLInputValue[]): Row[] {
    return this.#statement(`SELECT scope, body FROM ${this.#table} WHERE ${condition}`).all(
      ...values,
    ) as unknown as Row[];
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/** One account's and region's view of a collection, in order of creation. */
export class Shelf<T extends { id: string }> {
  readonly #collection: Collection<T>;
  readonly #scope: Scope;

  constructor(collection: Collection<T>, scope: Scope) {
    this.#collection = collection;
    this.#scope = scope;
  }

  put(record: T): T {
    this.#collection.put(this.#scope, record);
    return record;
  }

  find(id: string): T | undefined {
    return this.#collection.find(this.#scope, id);
  }

  delete(id: string): void {
    this.#collection.delete(this.#scope, id);
  }

  list(): T[] {
    return this.#collection.list(this.#scope);
  }

  where(column: string, value: string): T[] {
    return this.#collection.where(this.#scope, column, value);
  }

  whereAny(column: string, values: readonly string[]): T[] {
    return this.#collection.whereAny(this.#scope, column, values);
  }

  count(): number {
    return this.#collection.count(this.#scope);
  }

  sum(column: string): number {
    return this.#collection.sum(this.#scope, column);
  }
}
