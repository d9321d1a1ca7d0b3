import type { CloudError } from '../errors/index.ts';

/** An item as the services see it: plain values; absent is `undefined`. */
export type Item = Record<string, unknown>;

/** `ephemeral` is the table for what has a time to live (architecture 5); left out, the table of record. */
export type TableName = 'record' | 'ephemeral';

export interface Key {
  table?: TableName;
  pk: string;
  sk: string;
}

export interface Condition {
  /** A DynamoDB condition expression over `names` (`#x`) and `values` (`:x`). */
  expression: string;
  names?: Record<string, string>;
  values?: Record<string, unknown>;
}

interface Conditional {
  when?: Condition;
  /**
   * What a failed condition means to the caller, given the item that was found in its place.
   * Without it a failed condition is a `CONFLICT`.
   */
  otherwise?: (found: Item | undefined) => CloudError | Error;
}

/** One write of a transaction, or by itself. */
export type Write =
  | ({ put: Item & Key } & Conditional)
  | ({
      update: Key;
      set?: Record<string, unknown>;
      /** Atomic addition; an absent attribute counts as 0. */
      add?: Record<string, number>;
      remove?: readonly string[];
    } & Conditional)
  | ({ delete: Key } & Conditional)
  | ({ check: Key } & Conditional);

export interface ReadOptions {
  /** Default false. */
  consistent?: boolean;
  signal?: AbortSignal;
  /** Attribute names to read; all by default. */
  project?: readonly string[];
}

export interface Query extends ReadOptions {
  table?: TableName;
  /** `slim`, `byName` or `work`; left out, the table itself. */
  index?: string;
  /** Value of the partition key of the table or index. */
  partition: string;
  /** Condition on its sort key. */
  sort?:
    | { beginsWith: string }
    | { between: readonly [string, string] }
    | { before: string }
    | { after: string };
  /** Default false. */
  descending?: boolean;
  /** Items read at most (not: answered), for one request to DynamoDB. */
  limit?: number;
  filter?: Condition;
  /** Where the page before ended. */
  startAfter?: Item;
}

export interface QueryPage {
  items: Item[];
  /** Key of the last item read, where there is more. */
  lastKey?: Item;
}

/** Reported for every request to DynamoDB where metering is on. */
export interface Consumed {
  operation: string;
  readUnits: number;
  writeUnits: number;
}

/**
 * Both tables, as the services use them. All calls retry throttles, conflicts and lost connections with full jitter as
 * long as the signal and the request's budget allow, and then throw `UNAVAILABLE`.
 */
export interface Tables {
  get(key: Key, options?: ReadOptions): Promise<Item | undefined>;
  /** Any number of keys; in no particular order; absent ones are left out. */
  batchGet(keys: readonly Key[], options?: ReadOptions): Promise<Item[]>;
  /** One request to DynamoDB. */
  queryPage(query: Query): Promise<QueryPage>;
  /** Reads on while there is more. */
  query(query: Query): AsyncGenerator<Item>;
  /** One write by itself. Gives the item after an `update`, otherwise `undefined`. */
  write(write: Write, options?: { signal?: AbortSignal }): Promise<Item | undefined>;
  /**
   * All of the writes or none, over both tables, at most 100, in one round trip where nothing conflicts. A repeat
   * after an ambiguous failure has its effect once (client request token, valid 10 minutes).
   */
  transact(writes: readonly Write[], options?: { signal?: AbortSignal }): Promise<void>;
  /** Unconditional puts and deletes in batches of 25, until all are written. */
  writeAll(
    writes: readonly ({ put: Item & Key } | { delete: Key })[],
    options?: { signal?: AbortSignal },
  ): Promise<void>;
}
