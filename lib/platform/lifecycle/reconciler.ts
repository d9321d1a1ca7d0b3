import type { Clock } from '../clock.ts';
import type { ResourceStore } from '../store/types.ts';
import type { Reconciled } from '../table/resource.ts';
import { sleep as realSleep } from '../table/retry.ts';
import type { Tables } from '../table/types.ts';
import { createLeases, type Lease, type ResourceRef } from './lease.ts';
import type { Log } from './log.ts';
import { attemptEventId } from './message.ts';
import { createObservations } from './observations.ts';
import { readRecords } from './read-records.ts';
import { createSession, type Ending } from './session.ts';
import { isAtRest } from './settlement.ts';
import type { Controller, ReconcileMessage } from './types.ts';

// biome-ignore lint/suspicious/noExplicitAny: a reconciler holds kinds of all types; each pair of store and controller is of one
type AnyKind = { controller: Controller<any, any>; store: ResourceStore<any> };

export interface ReconcilerOptions {
  /** Every kind that this reconciler is sent messages of. */
  kinds: readonly AnyKind[];
  tables: Tables;
  clock: Clock;
  log: Pick<Log, 'info' | 'warn'>;
  random?: () => number;
  sleep?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<unknown>;
  newOwner?: () => string;
  /** Longer than the worker's timeout; default `leaseMilliseconds`. */
  leaseMilliseconds?: number;
  /** Read the records of a batch in one; default false. The worker must be granted `BatchGetItem` then. */
  readsTogether?: boolean;
}

/** What came of one message: how its look ended, or the error that sends it back to the queue. */
export type MessageResult = { ending: Ending } | { error: unknown };

export interface Budget {
  /** Aborted before Lambda ends the function. */
  signal: AbortSignal;
  /** Milliseconds since the epoch after which no new step is begun. */
  deadline: number;
}

/** Looks at a cloud that come this close to each other go together. */
const gatherMilliseconds = 10;
/** A message may come a little before the time that it was put off to: queues count in whole seconds. */
const earlyMilliseconds = 1_000;
/** A note left on the lease is heeded at once, but not for ever. */
const maxLooks = 20;

/** One resource of a batch, and all that was said about it. */
interface Job {
  ref: ResourceRef;
  messages: ReconcileMessage[];
}

const jobsOf = (messages: readonly ReconcileMessage[]): Job[] => {
  const jobs = new Map<string, Job>();
  for (const message of messages) {
    const { kind, tenant, id } = message;
    const name = JSON.stringify([kind, tenant, id]);
    const job = jobs.get(name) ?? { ref: { kind, tenant, id }, messages: [] };
    job.messages.push(message);
    jobs.set(name, job);
  }
  return [...jobs.values()];
};

/** The latest of these says nothing that the record doesn't know to be old. */
const isOutdated = (messages: readonly ReconcileMessage[], record: Reconciled): boolean =>
  messages.every(({ generation }) => generation < record.generation);

/**
 * The generic reconciler: for each message it reads what is wanted and what is there afresh, and lets the kind's
 * controller bring them together. The same message twice, late, or after a crash half way, comes to the same end.
 */
export const createReconciler = (options: ReconcilerOptions) => {
  const { tables, clock, log, random = Math.random, sleep = realSleep } = options;
  const leases = createLeases(tables, clock, options.newOwner, options.leaseMilliseconds);
  const kinds = new Map(options.kinds.map((kind) => [kind.controller.kind, kind]));

  const kindOf = (name: string): AnyKind => {
    const kind = kinds.get(name);
    if (!kind) throw new Error(`no controller for ${name}`);
    return kind;
  };

  /** What needs no lease: a message that has nothing to say, or comes before its time. */
  const dismiss = async (
    job: Job,
    record: Reconciled | undefined,
    signal: AbortSignal,
  ): Promise<Ending | undefined> => {
    if (!record) return 'absent';
    if (job.messages.some(({ observed }) => observed)) return undefined;
    if (isOutdated(job.messages, record)) return 'outdated';
    if (isAtRest(record)) return 'at rest';
    const due = record.next_attempt_at ? Date.parse(record.next_attempt_at) : 0;
    if (due - clock.now() <= earlyMilliseconds) return undefined;
    if (job.messages.some(({ event_id }) => event_id === attemptEventId(record))) {
      // The longest delay of a queue was not long enough: a new time, a millisecond later, makes the outbox send again.
      const next_attempt_at = new Date(due + 1).toISOString();
      await kindOf(job.ref.kind).store.settle(record, { set: { next_attempt_at } }, signal);
    }
    return 'too early';
  };

  type Observe = (record: Reconciled) => Promise<unknown>;

  const work = async (
    job: Job,
    lease: Lease,
    observe: Observe,
    first: Reconciled | undefined,
    budget: Budget,
  ) => {
    const { ref } = job;
    const { controller, store } = kindOf(ref.kind);
    const { signal } = budget;
    const session = createSession({
      ...budget,
      controller,
      store,
      clock,
      random,
      sleep,
      observe,
      leaseUntil: lease.until,
      log: (message, fields) => log.info(message, { ...ref, ...fields }),
    });
    let look = job.messages.some(({ observed }) => observed);
    let record = first;
    for (let looks = 1; ; looks++) {
      const ending = await session(record, look);
      const again = await leases.release(ref, lease, signal);
      if (!again) return ending;
      if (looks === maxLooks) log.warn('a lease is asked for again and again', { ...ref });
      look = looks < maxLooks;
      record = await store.find(ref.tenant, ref.id, { signal, tombstones: true });
    }
  };

  const results = async (jobs: readonly Job[], budget: Budget): Promise<MessageResult[]> => {
    const { signal } = budget;
    let active = 0;
    const window = () => (active > 1 ? sleep(gatherMilliseconds, signal) : Promise.resolve());
    const looks = new Map<string, Observe>();
    const observeOf = (kind: string): Observe => {
      const known = looks.get(kind) ?? createObservations(kindOf(kind).controller, signal, window);
      looks.set(kind, known);
      return known;
    };

    type Read = (job: Job) => Promise<Reconciled | undefined>;
    const readAlone: Read = ({ ref }) =>
      kindOf(ref.kind).store.find(ref.tenant, ref.id, { signal, tombstones: true });
    const readAll = async (some: readonly Job[]): Promise<Read> => {
      if (!options.readsTogether || some.length < 2) return readAlone;
      const refs = some.map(({ ref }) => ref);
      try {
        const records = await readRecords(tables, refs, (kind) => kindOf(kind).store.kind, signal);
        return async ({ ref }) => records(ref);
      } catch (error) {
        return () => Promise.reject(error);
      }
    };

    type Taken = { job: Job; lease: Lease };
    const take = async (job: Job, read: Read): Promise<MessageResult | Taken> => {
      try {
        const dismissed = await dismiss(job, await read(job), signal);
        if (dismissed) return { ending: dismissed };
        const looks = job.messages.map(({ event_id }) => event_id);
        const lease = await leases.acquire(job.ref, signal, looks);
        return lease ? { job, lease } : { ending: 'handed over' };
      } catch (error) {
        return { error };
      }
    };

    const bring = async ({ job, lease }: Taken, read: Read): Promise<MessageResult> => {
      try {
        return { ending: await work(job, lease, observeOf(job.ref.kind), await read(job), budget) };
      } catch (error) {
        // The message comes back; so that it need not wait for the lease to end, it is let go of.
        await leases.release(job.ref, lease).catch((cause: unknown) => {
          log.warn('a lease could not be released', { ...job.ref, error: cause });
        });
        return { error };
      } finally {
        active--;
      }
    };

    const before = await readAll(jobs);
    const taken = await Promise.all(jobs.map((job) => take(job, before)));
    const held = taken.flatMap((one) => ('lease' in one ? [one.job] : []));
    active = held.length;
    // Read again: the holders before may have changed everything.
    const now = await readAll(held);
    return Promise.all(taken.map((one) => ('lease' in one ? bring(one, now) : one)));
  };

  return {
    /** Handles a batch; the results are in the order of the messages. */
    async handle(messages: readonly ReconcileMessage[], budget: Budget): Promise<MessageResult[]> {
      const jobs = jobsOf(messages);
      const all = await results(jobs, budget);
      const byMessage = new Map(
        jobs.flatMap((job, index) => job.messages.map((message) => [message, all[index]])),
      );
      return messages.map(
        (message) => byMessage.get(message) ?? { error: new Error('a message was left out') },
      );
    },
  };
};

export type Reconciler = ReturnType<typeof createReconciler>;
