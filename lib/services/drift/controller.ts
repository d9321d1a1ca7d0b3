import { BackendError, type Controller, type Step } from '../../platform/lifecycle/types.ts';
import { type CloudKind, cloudKinds } from './backend.ts';
import type { Compared, Comparison } from './comparison.ts';
import type { Findings } from './findings.ts';
import type { Looks } from './looks.ts';
import { type DriftRecord, driftKind, driftUsage } from './record.ts';
import type { Finding } from './schema.ts';

export interface DriftControllerOptions {
  compare: Comparison;
  findings: Findings;
  look: Looks;
}

/**
 * What no record claims may just be on its way out: it is looked for once more after this time, and is unknown only if it
 * is still there.
 */
const confirmMilliseconds = 60_000;
/** As many suspects as a record has room for. Where there may be more, they are reported without a second look. */
const maxSuspects = 500;

/** So long one kind may take: a worker has 20 s, and needs some of them to write down what it found. */
const kindMilliseconds = 14_000;
/** Each kind has a worker's whole time for itself. */
const betweenKindsMilliseconds = 1_000;

const unknownIn = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ verdict }) => verdict === 'unknown');

/** How a run goes: one kind after the other, each one call that is safe to repeat. What is written last ends the kind. */
export const createDriftController = ({
  compare,
  findings: kept,
  look,
}: DriftControllerOptions): Controller<DriftRecord, undefined> => {
  const compareInTime = async (kind: CloudKind, now: number, signal: AbortSignal): Promise<Compared> => {
    const limit = AbortSignal.timeout(kindMilliseconds);
    try {
      return await compare(kind, now, AbortSignal.any([signal, limit]));
    } catch (error) {
      if (!limit.aborted || signal.aborted) throw error;
      throw new BackendError('broken', `comparing ${kind} takes longer than a worker may`, error);
    }
  };

  const compareKind = (wanted: DriftRecord, kind: CloudKind, now: number): Step<DriftRecord> => ({
    do: 'call',
    name: `Compare ${kind}`,
    waitMilliseconds: betweenKindsMilliseconds,
    call: async (signal) => {
      const { totals, findings } = await compareInTime(kind, now, signal);
      const unknown = unknownIn(findings);
      const before = wanted.suspects?.kind === kind ? new Set(wanted.suspects.ids) : undefined;
      if (!before && unknown.length > 0) {
        const ids = unknown.slice(0, maxSuspects).map(({ cloud_id }) => cloud_id);
        return {
          set: { status: 'RUNNING', suspects: { kind, ids, since: new Date(now).toISOString() } },
        };
      }
      const isFull = before?.size === maxSuspects;
      const confirmed = findings.filter(
        ({ verdict, cloud_id }) => verdict !== 'unknown' || isFull || before?.has(cloud_id),
      );
      const dropped = findings.length - confirmed.length;
      // Looks go first: where this dies in between, they go out once more, and that is all.
      await look(wanted.id, confirmed, signal);
      const pages = await kept.write(wanted, kind, confirmed, now, signal);
      return {
        set: {
          status: 'RUNNING',
          kinds: [...wanted.kinds, { ...totals, unknown: totals.unknown - dropped }],
          pages: { ...wanted.pages, [kind]: pages },
        },
        remove: ['suspects'],
      };
    },
  });

  return {
    kind: driftKind.kind,

    observe: async () => new Map(),

    reconcile(wanted, _observed, now) {
      if (wanted.deleted_at) return { do: 'forget', usage: driftUsage };
      const done = new Set(wanted.kinds.map(({ kind }) => kind));
      const next = cloudKinds.find((kind) => !done.has(kind));
      if (!next)
        return {
          do: 'converged',
          set: { status: 'COMPLETED', completed_at: wanted.completed_at ?? new Date(now).toISOString() },
          remove: ['status_reason'],
        };
      const since = wanted.suspects?.kind === next ? Date.parse(wanted.suspects.since) : undefined;
      const wait = since === undefined ? 0 : since + confirmMilliseconds - now;
      return wait > 0
        ? { do: 'wait', milliseconds: wait, reason: 'looking twice for what no record claims' }
        : compareKind(wanted, next, now);
    },
  };
};
