import { expect, it } from 'vitest';
import { newId } from '../../../../lib/platform/ids.ts';
import { createDriftController } from '../../../../lib/services/drift/controller.ts';
import type { DriftRecord } from '../../../../lib/services/drift/record.ts';
import type { Finding } from '../../../../lib/services/drift/schema.ts';

const now = Date.UTC(2026, 5, 1, 12);

/** Two looks at a kind of which nobody knows these things, and then those. */
const reportOf = async (first: readonly string[], second: readonly string[]) => {
  const looks = [first, second];
  const kept: Finding[] = [];
  const controller = createDriftController({
    compare: async (kind) => {
      const ids = looks.shift() ?? [];
      const findings = ids.map((cloud_id): Finding => ({ verdict: 'unknown', kind, cloud_id }));
      const totals = { kind, checked: ids.length, missing: 0, unknown: ids.length, differing: 0 };
      return { totals, findings };
    },
    findings: {
      write: async (_report, _kind, findings) => kept.push(...findings),
      read: async () => kept,
    },
    look: async () => undefined,
  });
  let record = { id: newId(), kinds: [], pages: {} } as unknown as DriftRecord;
  for (const at of [now, now + 60_000]) {
    const step = controller.reconcile(record, undefined, at);
    if (step.do !== 'call') throw new Error(`it wants to ${step.do}`);
    record = { ...record, ...(await step.call(AbortSignal.timeout(1_000)))?.set };
  }
  return { totals: record.kinds[0], kept: kept.map(({ cloud_id }) => cloud_id) };
};

const things = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `vol-${from + index}`);

it.each([
  ['is unknown where both looks see it', things(3), things(3), things(3)],
  ['is not where it is gone at the second', things(3), things(2), things(2)],
  ['is not where only the second sees it', things(3), things(4), things(3)],
  ['is unknown, be there more of them than are remembered', things(600), things(600), things(600)],
])('what no record claims %s', async (_, first, second, expected) => {
  const { totals, kept } = await reportOf(first, second);
  expect(kept).toEqual(expected);
  expect(totals).toMatchObject({ unknown: expected.length });
});
