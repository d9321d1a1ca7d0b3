import type { Tables } from '../../platform/table/types.ts';
import type { CloudKind, CloudListing, OwnerKind } from './backend.ts';
import { judgeThing, missingOf } from './compare.ts';
import { recordsOf, recordsOfThings, withOwners } from './owners.ts';
import { idsIn } from './recorded.ts';
import type { Finding, KindTotals } from './schema.ts';

export interface ComparisonOptions {
  listing: CloudListing;
  tables: Pick<Tables, 'batchGet' | 'query'>;
}

export interface Compared {
  totals: KindTotals;
  /** At most `maxFindings`. */
  findings: Finding[];
}

/** Findings of one kind that a run keeps; the totals count the others too. */
export const maxFindings = 1_000;

/** What was made, changed or deleted so short a time ago is no drift: table and cloud need time to agree. */
export const settleMilliseconds = 5 * 60_000;

/**
 * Compares all things of one kind with all records, both ways: one description for each thousand things, one read for each
 * hundred, and the records of every tenant that has some. Holds the ids of all of them in memory.
 */
export const createComparison = ({ listing, tables }: ComparisonOptions) => {
  return async (kind: CloudKind, now: number, signal: AbortSignal): Promise<Compared> => {
    const settledBefore = now - settleMilliseconds;
    const totals: KindTotals = { kind, checked: 0, missing: 0, unknown: 0, differing: 0 };
    const findings: Finding[] = [];
    const keep = (finding: Finding): void => {
      totals[finding.verdict] += 1;
      if (findings.length < maxFindings) findings.push(finding);
      else totals.truncated = true;
    };

    const there = new Set<string>();
    for await (const listed of listing.pages(kind, signal)) {
      const things = await withOwners(tables, listed, signal);
      const recordsFor = await recordsOfThings(tables, things, signal);
      for (const thing of things) {
        if (!thing.is_ending) there.add(thing.cloud_id);
        totals.checked += 1;
        const finding = judgeThing(thing, recordsFor(thing), settledBefore);
        if (finding) keep(finding);
      }
    }

    const isThere = (cloudId: string): boolean => there.has(cloudId);
    for (const owner of Object.keys(idsIn[kind]) as OwnerKind[]) {
      // Records of instances keep no ids of root volumes: nothing can be missing.
      if (kind === 'VOLUME' && owner === 'INSTANCE') continue;
      for await (const record of recordsOf(tables, owner, signal)) {
        totals.checked += 1;
        for (const finding of missingOf(kind, record, isThere, settledBefore)) keep(finding);
      }
    }
    return { totals, findings };
  };
};

export type Comparison = ReturnType<typeof createComparison>;
