import type { DatabaseSync } from 'node:sqlite';
import type { Dimension } from '@aws-sdk/client-cloudwatch';
import type { Caller } from '../stand-in.ts';
import type { Sample } from './statistics.ts';

/** A metric's name, without the account and region it belongs to. */
export interface MetricName {
  namespace: string;
  metric: string;
  dimensions: readonly Dimension[];
}

const scopeOf = ({ account, region }: Caller): string => `${account}/${region}`;

/** The order of dimensions means nothing. */
const canonical = (dimensions: readonly Dimension[]): string =>
  JSON.stringify(dimensions.map(({ Name, Value }) => [Name, Value]).sort());

/** Samples that callers put, in the table `cloudwatch_sample`. */
export class SampleStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(
      `CREATE TABLE IF NOT EXISTS cloudwatch_sample (scope TEXT NOT NULL, namespace TEXT NOT NULL, metric TEXT NOT NULL,
         dimensions TEXT NOT NULL, at INTEGER NOT NULL, value REAL NOT NULL);
       CREATE INDEX IF NOT EXISTS cloudwatch_sample_at ON cloudwatch_sample (scope, namespace, metric, dimensions, at)`,
    );
  }

  add(caller: Caller, { namespace, metric, dimensions }: MetricName, { at, value }: Sample): void {
    this.#database
      .prepare('INSERT INTO cloudwatch_sample VALUES (?, ?, ?, ?, ?, ?)')
      .run(scopeOf(caller), namespace, metric, canonical(dimensions), at, value);
  }

  list(
    caller: Caller,
    { namespace, metric, dimensions }: MetricName,
    { start, end }: { start: number; end: number },
  ): Sample[] {
    return this.#database
      .prepare(
        `SELECT at, value FROM cloudwatch_sample
           WHERE scope = ? AND namespace = ? AND metric = ? AND dimensions = ? AND at >= ? AND at < ? ORDER BY at`,
      )
      .all(scopeOf(caller), namespace, metric, canonical(dimensions), start, end)
      .map((row) => ({ at: Number(row.at), value: Number(row.value) }));
  }

  metrics(caller: Caller): MetricName[] {
    return this.#database
      .prepare(
        'SELECT DISTINCT namespace, metric, dimensions FROM cloudwatch_sample WHERE scope = ? ORDER BY 1, 2, 3',
      )
      .all(scopeOf(caller))
      .map((row) => ({
        namespace: String(row.namespace),
        metric: String(row.metric),
        dimensions: (JSON.parse(String(row.dimensions)) as [string, string][]).map(([Name, Value]) => ({
          Name,
          Value,
        })),
      }));
  }
}
