import { operatorCaller } from '../../lib/app/operator.ts';
import { platformTenant } from '../../lib/platform/auth/records.ts';
import type { Clock } from '../../lib/platform/clock.ts';
import { notFound } from '../../lib/platform/errors/index.ts';
import { newId } from '../../lib/platform/ids.ts';
import { createStore } from '../../lib/platform/store/create-store.ts';
import type { Tables } from '../../lib/platform/table/types.ts';
import type { DriftReport, Finding } from '../../lib/services/drift/schema.ts';
import { createFindings, Drift, driftKind } from '../../lib/services/drift/service.ts';

const everything = { paged: false, pageSize: 100, sortBy: 'createdAt', sortDir: 'desc' } as const;

/** The drift report, read from and asked for in the tables themselves: no API key is needed. */
export const openDrift = (tables: Tables, clock: Clock) => {
  const store = createStore(driftKind, { tables, clock });
  const drift = new Drift({ store, tables, findings: createFindings({ tables }), clock, newId });

  return {
    /** Asks for a run; the stage's worker carries it out. */
    begin: (signal: AbortSignal): Promise<DriftReport> => drift.begin(operatorCaller(newId(), signal)),

    /** A run and what it has found: the one that is named, or the newest. @throws CloudError `NOT_FOUND` */
    async read(
      id: string | undefined,
      signal: AbortSignal,
    ): Promise<{ report: DriftReport; findings: Finding[] }> {
      const caller = operatorCaller(newId(), signal);
      const newest = id ?? (await store.list(platformTenant, { limit: 1, signal })).items[0]?.id;
      if (newest === undefined) throw notFound('drift report');
      const report = await drift.get(caller, newest);
      return { report, findings: (await drift.findings(caller, newest, everything, {})).items };
    },
  };
};
