import * as z from 'zod/mini';
import type { Tables } from '../../platform/table/types.ts';
import { type CloudKind, cloudKinds } from './backend.ts';
import { type DriftRecord, findingsKey, keptDays } from './record.ts';
import { Finding } from './schema.ts';

/** Findings in one item: some 30 KB. */
const findingsPerItem = 100;
const daySeconds = 86_400;

const Page = z.object({ findings: z.array(Finding) });

/** Keeps what a run has found, in bounded items that go with the run. A repeat writes the same items again. */
export const createFindings = ({ tables }: { tables: Pick<Tables, 'writeAll' | 'batchGet'> }) => ({
  /** @returns how many items there are of this kind */
  async write(
    report: Pick<DriftRecord, 'id'>,
    kind: CloudKind,
    findings: readonly Finding[],
    now: number,
    signal: AbortSignal,
  ): Promise<number> {
    const pages = Math.ceil(findings.length / findingsPerItem);
    const expires_at = Math.ceil(now / 1_000) + keptDays * daySeconds;
    await tables.writeAll(
      Array.from({ length: pages }, (_, page) => ({
        put: {
          ...findingsKey(report.id, kind, page),
          findings: findings.slice(page * findingsPerItem, (page + 1) * findingsPerItem),
          expires_at,
        },
      })),
      { signal },
    );
    return pages;
  },

  /** Everything that a run has kept, by kind. */
  async read(report: Pick<DriftRecord, 'id' | 'pages'>, signal?: AbortSignal): Promise<Finding[]> {
    const keys = cloudKinds.flatMap((kind) =>
      Array.from({ length: report.pages[kind] ?? 0 }, (_, page) => findingsKey(report.id, kind, page)),
    );
    const items = await tables.batchGet(keys, { consistent: true, signal });
    const bySortKey = new Map(items.map((item) => [String(item.sk), Page.parse(item).findings]));
    return keys.flatMap(({ sk }) => bySortKey.get(sk) ?? []);
  },
});

export type Findings = ReturnType<typeof createFindings>;
