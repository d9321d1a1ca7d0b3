import type { Log } from '../../platform/lifecycle/log.ts';
import { alongWith } from '../../platform/lifecycle/requested.ts';
import { isPassing } from '../../platform/lifecycle/settlement.ts';
import type { Controller, Step } from '../../platform/lifecycle/types.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import { type FunctionRecord, isReady } from '../functions/service.ts';
import { QueueAbsent, type QueueRecord } from '../queues/service.ts';
import type { Polled } from './poller.ts';
import { type EventSourceRecord, eventSourceKind, eventSourceUsage } from './record.ts';

type Source = EventSourceRecord;

/** What a source is between, unless it was deleted, and why nothing may be taken now. */
export interface SeenSource {
  owner?: FunctionRecord;
  queue?: QueueRecord;
  /** Why the owner may not have it done. */
  forbidden?: string;
}

export interface EventSourceControllerOptions {
  store: Pick<ResourceStore<Source>, 'removeAlong'>;
  functions: Pick<ResourceStore<FunctionRecord>, 'find'>;
  queues: Pick<ResourceStore<QueueRecord>, 'find'>;
  /** @returns why the user's tenant may take no messages now, or undefined where it may */
  forbids(source: Source, signal: AbortSignal): Promise<string | undefined>;
  /** One look at a queue. @returns how many messages were taken */
  poll(polled: Polled, signal: AbortSignal): Promise<number>;
  clock: { now(): number };
  log: Pick<Log, 'warn'>;
}

/** A source without messages for so long is looked at now and then only. */
const activeMilliseconds = 60_000;
/** Between two looks; the first look waits for messages most of the time, the second for a second. */
const activePauseMilliseconds = 1_000;
const idlePauseMilliseconds = 10_000;
/** Of one that has had none for ten minutes. */
const restingPauseMilliseconds = 20_000;
const restingMilliseconds = 600_000;
/** Until a function or a right that is not there is looked for again. */
const hinderedMilliseconds = 30_000;
const notReadyMilliseconds = 2_000;
/** After a look that failed. */
const failedMilliseconds = 5_000;
/** A message may come a little before its time: then it is waited for. Nothing else looks so soon after a look. */
const earlyMilliseconds = 400;

/** Milliseconds since messages were last taken. */
const quietFor = ({ last_batch_at, created_at }: Source, now: number): number =>
  now - Date.parse(last_batch_at ?? created_at);

const pauseAfter = (quiet: number): number => {
  if (quiet < activeMilliseconds) return activePauseMilliseconds;
  return quiet < restingMilliseconds ? idlePauseMilliseconds : restingPauseMilliseconds;
};

/**
 * How a source works: look after look at its queue, each a message of the reconcile queue that the record's `next_attempt_at` sends.
 * The lease keeps two looks apart, and what dies is taken over when its message comes again, or by the sweep.
 */
export const createEventSourceController = (
  options: EventSourceControllerOptions,
): Controller<Source, SeenSource> => {
  const { store, functions, queues, forbids, poll, clock, log } = options;

  const hindered = (reason: string, lookAgainMilliseconds: number): Step<Source> => ({
    do: 'converged',
    set: { status: 'ACTIVE', status_reason: reason },
    lookAgainMilliseconds,
  });

  const follow = (source: Source, now: number): Step<Source> => ({
    do: 'call',
    name: 'FollowFunction',
    writesRecord: true,
    call: async (signal) => {
      const event = alongWith(source.id, new Date(now).toISOString());
      await store.removeAlong(source.tenant, source.id, { set: { event } }, signal);
      return undefined;
    },
  });

  const look = (source: Source, owner: FunctionRecord, queue: QueueRecord, now: number): Step<Source> => ({
    do: 'call',
    name: 'PollQueue',
    call: async (signal) => {
      const quiet = quietFor(source, now);
      const active = quiet < activeMilliseconds;
      const taken = await poll({ source, queue, owner, active }, signal).catch((error: unknown) => {
        if (signal.aborted || isPassing(error)) throw error;
        // A queue that nobody has sent to yet is empty. Whatever else keeps a look from its end may be over at the next: a
        // source never gives up.
        if (!(error instanceof QueueAbsent))
          log.warn('a look at a queue failed', { source: source.id, error });
        return undefined;
      });
      if (taken === undefined) return { lookAgainMilliseconds: failedMilliseconds };
      if (taken === 0) return { lookAgainMilliseconds: pauseAfter(quiet) };
      const last_batch_at = new Date(clock.now()).toISOString();
      return { set: { last_batch_at }, lookAgainMilliseconds: activePauseMilliseconds };
    },
  });

  return {
    kind: eventSourceKind.kind,

    async observe(sources, signal) {
      const seen = sources.map(async (source): Promise<[string, SeenSource]> => {
        if (source.deleted_at) return [source.id, {}];
        const [owner, queue, forbidden] = await Promise.all([
          functions.find(source.tenant, source.function_id, { signal }),
          queues.find(source.tenant, source.queue_id, { signal }),
          forbids(source, signal),
        ]);
        return [source.id, { owner, queue, forbidden }];
      });
      return new Map(await Promise.all(seen));
    },

    reconcile(source, { owner, queue, forbidden } = {}, now) {
      if (source.deleted_at) return { do: 'forget', usage: eventSourceUsage };
      if (!owner) return follow(source, now);
      if (!queue)
        return {
          do: 'converged',
          set: { status: 'ERROR', status_reason: 'its queue was deleted' },
        };
      if (!source.enabled) return { do: 'converged', set: { status: 'PAUSED' }, remove: ['status_reason'] };
      if (forbidden) return hindered(forbidden, hinderedMilliseconds);
      if (owner.status === 'ERROR') return hindered('the function is in ERROR', hinderedMilliseconds);
      if (!isReady(owner)) return hindered('the function is not ready yet', notReadyMilliseconds);
      const isNew = source.observed_generation < source.generation;
      if (isNew || source.status !== 'ACTIVE' || source.status_reason !== undefined)
        return {
          do: 'converged',
          set: { status: 'ACTIVE' },
          remove: ['status_reason'],
          lookAgainMilliseconds: activePauseMilliseconds,
        };
      const left = source.next_attempt_at ? Date.parse(source.next_attempt_at) - now : 0;
      if (left > earlyMilliseconds)
        return { do: 'converged', set: { next_attempt_at: source.next_attempt_at } };
      if (left > 0) return { do: 'wait', milliseconds: left, reason: 'it is about to be looked at' };
      return look(source, owner, queue, now);
    },
  };
};
