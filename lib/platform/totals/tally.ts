import type { Tables } from '../table/types.ts';
import { tallyKey } from './keys.ts';
import { attributeOf, type Total } from './total.ts';

/** Milliseconds that a tally may hold up what it counts. */
const patience = 1_000;

/** Adds one to a series. Never rejects. */
export type Tally = (...series: readonly string[]) => Promise<void>;

/**
 * A counter of what leaves no trace in the table of record, so that no stream can tell of it: one write each time.
 * @param report is told why something could not be counted; what was counted goes on
 */
export const createTally =
  (options: { tables: Tables; total: Total; report: (error: unknown) => void }): Tally =>
  async (...series) => {
    const { tables, total, report } = options;
    try {
      await tables.write(
        { update: tallyKey(total.name), add: { [attributeOf(series)]: 1 } },
        { signal: AbortSignal.timeout(patience) },
      );
    } catch (error) {
      report(error);
    }
  };
