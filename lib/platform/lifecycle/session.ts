import type { Clock } from '../clock.ts';
import type { ResourceStore } from '../store/types.ts';
import type { Reconciled } from '../table/resource.ts';
import { CreationFailed, creationMayAppear, hadNoEffect } from './creation.ts';
import { changesByItself, eventOf } from './events.ts';
import { errorBudget, failedChange, isAtRest, isPassing, newTo, treatmentOf } from './settlement.ts';
import { BackendError, type Change, type Controller, type Outcome, type Step } from './types.ts';

/** How a look at a resource ended; for the log. */
export type Ending =
  | 'converged'
  | 'waiting'
  | 'failed'
  | 'forgotten'
  | 'absent'
  | 'at rest'
  | 'out of time'
  | 'outdated'
  | 'too early'
  /** Asked about, and nothing to do. */
  | 'evaluated'
  | 'handed over';

export interface SessionOptions<R extends Reconciled, Observed> {
  controller: Controller<R, Observed>;
  store: ResourceStore<R>;
  clock: Clock;
  random(): number;
  sleep(milliseconds: number, signal: AbortSignal): Promise<unknown>;
  observe(resource: R): Promise<Observed | undefined>;
  signal: AbortSignal;
  /** Milliseconds since the epoch after which no new step is begun. */
  deadline: number;
  /** Milliseconds since the epoch at which the lease ends. */
  leaseUntil: number;
  /** Told of each call to the cloud and of each failure. */
  log(message: string, fields: Record<string, unknown>): void;
}

/** A controller that wants more than this many steps at once does not come to rest. */
const maxSteps = 50;
/** Shorter waits are slept through; longer ones become a delayed message. */
const shortestDelayMilliseconds = 1_000;
const postponeMilliseconds = 1_000;
/** So long one look waits altogether for what will soon do; after that it is looked at later. */
const patienceMilliseconds = 3_000;
/** How often a creation without an outcome is looked for. */
const creationPollMilliseconds = 5_000;

/** What a step leads to: the end, or the record to go on with and whether to look at the cloud again first. */
type Next<R, Observed> = Ending | { record: R | undefined; observed?: { value: Observed | undefined } };

/**
 * Brings one resource as near to what is wanted as the time allows. Whoever runs it holds the resource's lease; every
 * write is fenced by the version, so what a slower or older session decided is never written.
 */
export const createSession = <R extends Reconciled, Observed>(options: SessionOptions<R, Observed>) => {
  const { controller, store, clock, signal, log } = options;
  let patience = patienceMilliseconds;
  const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

  /** Writes a change under the version, or reads what somebody else has made of the record. */
  const settle = async (record: R, change: Change<R>): Promise<{ record: R | undefined; moved: boolean }> => {
    const fresh = newTo(record, change);
    if (!fresh) return { record, moved: false };
    const settled = await store.settle(record, fresh, signal);
    if (settled) return { record: settled, moved: false };
    return { record: await store.find(record.tenant, record.id, { signal, tombstones: true }), moved: true };
  };

  /**
   * Writes down how a creation ended, also where the intent has changed meanwhile: a delete must find what was made, not
   * wait for what may yet show. As long as `create_asked_at` is the one of this creation, nobody else has dealt with it.
   */
  const settleCreation = async (asked: R, change: Change<R>) => {
    let settled = await settle(asked, change);
    const { moved } = settled;
    while (settled.moved && settled.record?.create_asked_at === asked.create_asked_at)
      settled = await settle(settled.record as R, change);
    return { record: settled.record, moved };
  };

  /** Settles and ends so, unless the record has moved on: then its new version gets its own look. */
  const end = async (record: R, change: Change<R>, ending: Ending): Promise<Next<R, Observed>> => {
    const settled = await settle(record, change);
    return settled.moved ? { record: settled.record } : ending;
  };

  const lookLater = (record: R, milliseconds: number, { set, ...change }: Change<R> = {}) =>
    end(
      record,
      { ...change, set: { ...set, next_attempt_at: iso(clock.now() + milliseconds) } as Partial<R> },
      'waiting',
    );

  const withOutcome = (record: R, outcome: Partial<Outcome>): { event?: Reconciled['event'] } => {
    const event = eventOf(record, outcome, iso(clock.now()));
    return event ? { event } : {};
  };

  const fail = (record: R, reason: string, set: Partial<R> = {}): Promise<Next<R, Observed>> => {
    const change = failedChange(record, reason, iso(clock.now()));
    log('resource failed', { reason });
    return end(record, { ...change, set: { ...change.set, ...set } as Partial<R> }, 'failed');
  };

  const converge = (record: R, step: Extract<Step<R>, { do: 'converged' }>): Promise<Next<R, Observed>> => {
    const reached = { observed_generation: record.generation, failures: 0, ...step.set } as Partial<R>;
    const remove = [...(step.remove ?? []), 'next_attempt_at' as const];
    const news = newTo(record, { set: reached, remove, extra: step.extra });
    const byItself = changesByItself(record, step.set?.status) ? { phase: 'observed' as const } : {};
    const event = news || step.outcome ? withOutcome(record, step.outcome ?? byItself) : {};
    const again = step.lookAgainMilliseconds;
    if (again === undefined)
      return end(record, { set: { ...reached, ...event }, remove, extra: step.extra }, 'converged');
    const next_attempt_at = iso(clock.now() + again);
    return end(
      record,
      { set: { ...reached, ...event, next_attempt_at }, remove: step.remove, extra: step.extra },
      'converged',
    );
  };

  /** Waits out what the cloud could not do; at the end of the budget the record says why. A delete never gives up. */
  const treat = async (record: R, error: unknown): Promise<Next<R, Observed>> => {
    const soon = error instanceof BackendError ? error.soonMilliseconds : undefined;
    if (soon !== undefined && soon <= patience) {
      patience -= soon;
      return pause(record, soon, {});
    }
    if (signal.aborted || isPassing(error)) throw error;
    const { counts, final, reason, waitMilliseconds } = treatmentOf(error, record.failures, options.random());
    log('the cloud did not do it', { error, failures: record.failures, counts });
    const failures = record.failures + 1;
    if (!counts) return lookLater(record, waitMilliseconds);
    if (!record.deleted_at && (final || failures >= errorBudget))
      return fail(record, reason ?? 'an internal error', { failures } as Partial<R>);
    return lookLater(record, waitMilliseconds, { set: { failures, status_reason: reason } as Partial<R> });
  };

  const pause = async (record: R, milliseconds: number, change: Change<R>): Promise<Next<R, Observed>> => {
    if (milliseconds >= shortestDelayMilliseconds || clock.now() + milliseconds >= options.deadline)
      return lookLater(record, Math.max(milliseconds, shortestDelayMilliseconds), change);
    const settled = await settle(record, change);
    if (milliseconds > 0) await options.sleep(milliseconds, signal);
    return { record: settled.record };
  };

  const call = async (record: R, step: Extract<Step<R>, { do: 'call' }>): Promise<Next<R, Observed>> => {
    const startedAt = clock.now();
    const called = await step.call(signal);
    log('called', { call: step.name, duration_ms: clock.now() - startedAt });
    if (!called && step.writesRecord)
      return { record: await store.find(record.tenant, record.id, { signal, tombstones: true }) };
    const { record: written = record, waiting, lookAgainMilliseconds, ...rest } = called ?? {};
    if (waiting) return 'waiting';
    const change = { ...rest, set: { failures: 0, ...rest.set } as Partial<R> };
    return lookAgainMilliseconds === undefined
      ? pause(written, step.waitMilliseconds ?? 0, change)
      : lookLater(written, lookAgainMilliseconds, change);
  };

  /** `create_asked_at` is written before the call and goes with its outcome: a crash in between leaves it to be seen. */
  const create = async (record: R, step: Extract<Step<R>, { do: 'create' }>): Promise<Next<R, Observed>> => {
    if (creationMayAppear(record, clock.now()))
      return lookLater(record, creationPollMilliseconds, {
        set: { status_reason: `making sure that ${step.name} had no effect` } as Partial<R>,
      });
    const asked = await settle(record, { set: { create_asked_at: iso(clock.now()) } as Partial<R> });
    if (asked.moved || !asked.record) return { record: asked.record };
    const answered = 'create_asked_at' as const;
    const startedAt = clock.now();
    const change = await step.call(signal).catch(async (error: unknown) => {
      if (!hadNoEffect(error)) throw new CreationFailed(asked.record as R, error);
      const { record: refused } = await settleCreation(asked.record as R, { remove: [answered] });
      throw new CreationFailed(refused ?? (asked.record as R), error);
    });
    log('called', { call: step.name, duration_ms: clock.now() - startedAt });
    const { set, remove = [], extra } = change ?? {};
    const made = await settleCreation(asked.record, {
      set: { failures: 0, ...set } as Partial<R>,
      remove: [...remove, answered],
      extra,
    });
    return made.moved || !made.record
      ? { record: made.record }
      : pause(made.record, step.waitMilliseconds ?? 0, {});
  };

  const take = async (record: R, observed: Observed | undefined): Promise<Next<R, Observed>> => {
    const step = controller.reconcile(record, observed, clock.now());
    switch (step.do) {
      case 'write': {
        const settled = await settle(record, step);
        return settled.moved
          ? { record: settled.record }
          : { record: settled.record, observed: { value: observed } };
      }
      case 'call':
        return call(record, step);
      case 'create':
        return create(record, step);
      case 'wait':
        return pause(record, step.milliseconds, {
          set: { ...step.set, status_reason: step.reason } as Partial<R>,
        });
      case 'converged':
        return converge(record, step);
      case 'fail':
        return fail(record, step.reason, step.set);
      case 'forget':
        if (await store.forget(record, step.usage, step.extra, signal)) return 'forgotten';
        return { record: await store.find(record.tenant, record.id, { signal, tombstones: true }) };
    }
  };

  /** @param look even where the record is at rest: until the controller says that it has converged */
  return async (first: R | undefined, look: boolean): Promise<Ending> => {
    let next: Exclude<Next<R, Observed>, Ending> = { record: first };
    for (let steps = 0; ; steps++) {
      const { record, observed } = next;
      if (!record) return 'absent';
      if (isAtRest(record) && !look) return 'at rest';
      if (clock.now() >= options.leaseUntil)
        throw new Error('the lease ended before the work: it is left to the next one');
      if (clock.now() >= options.deadline || steps >= maxSteps) {
        if (steps >= maxSteps) log('the controller does not come to rest', { steps });
        const postponed = await lookLater(record, postponeMilliseconds);
        if (postponed === 'waiting') return 'out of time';
        next = postponed as typeof next;
        continue;
      }
      const taken: Next<R, Observed> = await (async () => {
        try {
          return await take(record, observed ? observed.value : await options.observe(record));
        } catch (error) {
          return error instanceof CreationFailed
            ? treat(error.record as R, error.cause)
            : treat(record, error);
        }
      })();
      if (typeof taken === 'string') return taken;
      next = taken;
    }
  };
};
