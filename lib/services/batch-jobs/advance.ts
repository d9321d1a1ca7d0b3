import { onBehalfOf } from '../../platform/auth/on-behalf-of.ts';
import { CloudError, retryable } from '../../platform/errors/index.ts';
import { pollAgain } from '../../platform/lifecycle/poll.ts';
import type { Called } from '../../platform/lifecycle/types.ts';
import { beginItems } from './begin.ts';
import { createManifestReader } from './manifest.ts';
import { JobMoved, type Look, type RunnerOptions } from './ports.ts';
import { type BatchJobRecord, pendingOf } from './record.ts';
import { settleRunning } from './settle.ts';

/** A look begins items for so long; then others have their turn. */
const turnMilliseconds = 2_000;
/** Targets that others change at the same time are left alone for so long. */
const heldMilliseconds = 1_000;
/** An open breaker may close before its time: whoever else calls the backend reports how it went. */
const breakerMilliseconds = 10_000;
/** Failures of ours in a row after which a job begins nothing more. */
const maxFailures = 5;
const longestBackOffMilliseconds = 300_000;

type Step = Called<BatchJobRecord>;

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/**
 * One look at a job that has not ended: writes down which items have ended, begins as many as may run at once, and says when
 * to look again. Everything that happens to an item is in one transaction with what the job says of it.
 */
export const createAdvance = (options: RunnerOptions) => {
  const { actions, breakers, isSuspended, clock, store, tables, log } = options;

  const halt = (job: BatchJobRecord, status_reason: string): Step => ({
    record: job,
    set: { halted: 'cancelled', status_reason },
    lookAgainMilliseconds: 0,
  });

  const begin = async (look: Look, job: BatchJobRecord): Promise<Step> => {
    const { action, signal } = look;
    if (await isSuspended(job.tenant, signal)) return halt(job, 'the tenant is suspended');
    const passage = action.backend ? await breakers.passage(action.backend, signal) : { may: 'all' as const };
    const now = clock.now();
    if (passage.may === 'none')
      return {
        record: job,
        set: { status_reason: `${action.backend} fails: nothing new begins before ${iso(passage.until)}` },
        lookAgainMilliseconds: Math.max(
          heldMilliseconds,
          Math.min(passage.until - now, waitOf(job, now), breakerMilliseconds),
        ),
      };
    const manifest = createManifestReader(tables, job, signal);
    const { tenant, user_id: user, home_zone: homeZone, event, id } = job;
    const caller = onBehalfOf(
      {
        tenant,
        user,
        requestId: event?.request_id ?? id,
        by: 'batch',
        homeZone,
        permissions: [action.permission],
      },
      signal,
    );
    const { job: after, isHeld } = await beginItems(
      options,
      {
        ...look,
        caller,
        manifest,
        parameters: await manifest.parameters(),
        allowed: passage.may === 'one' ? 1 : Number.POSITIVE_INFINITY,
        until: now + turnMilliseconds,
      },
      job,
    );
    const mayGoOn = pendingOf(after) > 0 && after.running < after.concurrency && passage.may === 'all';
    if (mayGoOn) return { record: after, lookAgainMilliseconds: isHeld ? heldMilliseconds : 0 };
    return rest(after);
  };

  const waitOf = (job: BatchJobRecord, now: number): number =>
    job.running > 0 ? pollAgain(job.progress_at ?? job.created_at, now) : Number.POSITIVE_INFINITY;

  /** Nothing left to begin at present: what runs is looked at again later; a job that has ended goes on at once. */
  const rest = (job: BatchJobRecord): Step => {
    if (job.running === 0 && pendingOf(job) === 0) return { record: job };
    const wait = waitOf(job, clock.now());
    return { record: job, lookAgainMilliseconds: Number.isFinite(wait) ? wait : heldMilliseconds };
  };

  const advance = async (job: BatchJobRecord, signal: AbortSignal): Promise<Step> => {
    const action = actions.get(job.action);
    if (!action) throw new Error(`there is no action ${job.action}`);
    const look: Look = { action, signal };
    const settled = await settleRunning(options, look, job);
    const canBegin = pendingOf(settled) > 0 && settled.running < settled.concurrency;
    return canBegin ? begin(look, settled) : rest(settled);
  };

  return async (job: BatchJobRecord, signal: AbortSignal): Promise<Step> => {
    try {
      return await advance(job, signal);
    } catch (error) {
      const isPassing =
        signal.aborted || (error instanceof CloudError && retryable[error.kind] && error.type !== 'INTERNAL');
      if (isPassing) throw error;
      const record = await store.find(job.tenant, job.id, { signal, tombstones: true });
      if (error instanceof JobMoved) return { record };
      log.warn('a batch job could not go on', { tenant: job.tenant, id: job.id, error });
      const failures = job.failures + 1;
      return {
        record,
        set: {
          failures,
          status_reason: 'an internal error; it is tried again',
          ...(failures >= maxFailures && !record?.halted && { halted: 'failed' }),
        },
        lookAgainMilliseconds: Math.min(1_000 * 2 ** failures, longestBackOffMilliseconds),
      };
    }
  };
};

export type Advance = ReturnType<typeof createAdvance>;
