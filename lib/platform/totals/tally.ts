import type { Tables } from '../table/types.ts';
import { tallyKey } from './keys.ts';
import { attributeOf, type Total } from './total.ts';

/** Milliseconds that a tally may hold up what it counts. */
const patience = 1_000;

/** Adds one to a series. Never rejects. */
export type Tally = (...series: readonly string[]) => Promise<void>;

export interface TallyOptions {
  tables: Pick<Tables, 'write'>;
  total: Total;
  /** Told why something could not be counted; what was counted goes on. */
  report: (error: unknown) => void;
}

/** A counter of what leaves no trace in the table of record, so that no stream can tell of it: one write each time. */
export const createTallyOf =
  ({ tables, total, report }: TallyOptions) =>
  async (by: number, ...series: readonly string[]): Promise<void> => {
    try {
      await tables.write(
        { update: tallyKey(total.name), add: { [attributeOf(series)]: by } },
        { signal: AbortSignal.timeout(patience) },
      );
    } catch (error) {
      report(error);
    }
  };

/** The same, one at a time. */
export const createTally = (options: TallyOptions): Tally => {
  const add = createTallyOf(options);
  return (...series) => add(1, ...series);
};
