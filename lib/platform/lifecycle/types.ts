import type { Usage } from '../store/types.ts';
import type { LifecycleEvent, Reconciled } from '../table/resource.ts';
import type { Write } from '../table/types.ts';

/**
 * What a controller wants done next, given what is wanted and what is there. The engine does it, writes the outcome
 * under the version, and asks again until the resource has converged or must wait.
 */
export type Step<R extends Reconciled> =
  /** Writes to the record before anything is asked of the cloud, for example frozen launch parameters; then asks again. */
  | { do: 'write'; set: Partial<R>; remove?: readonly (keyof R & string)[]; extra?: readonly Write[] }
  /**
   * One call to the cloud, safe to repeat. What it gives back is written, and the controller is asked again: at once,
   * or after `waitMilliseconds` (1 s and more become a delayed message).
   */
  | {
      do: 'call';
      /** For the log, for example `RunInstances`. */
      name: string;
      call: (signal: AbortSignal) => Promise<Called<R> | undefined>;
      waitMilliseconds?: number;
      /**
       * Where it gives back nothing it has written the record itself, in a transaction with others, or found that somebody
       * else has: the record is read again.
       */
      writesRecord?: boolean;
    }
  /**
   * A creation for which AWS knows no client token (CreateVpc, CreateSubnet, CreateSnapshot, …), asked for only after the
   * cloud was looked at and does not have it. The engine writes `create_asked_at` down first and takes it away with the
   * outcome; where the outcome is lost, it looks on until the cloud must have shown it, and only then asks again.
   */
  | {
      do: 'create';
      name: string;
      call: (signal: AbortSignal) => Promise<Change<R> | undefined>;
      waitMilliseconds?: number;
    }
  /** Not ready yet: look again later. Costs nothing of the error budget. */
  | { do: 'wait'; milliseconds: number; reason: string; set?: Partial<R> }
  /** Wanted and real agree: `observed_generation` becomes `generation`, the record leaves the work index. */
  | {
      do: 'converged';
      set?: Partial<R>;
      remove?: readonly (keyof R & string)[];
      outcome?: Outcome;
      extra?: readonly Write[];
      /** Look again after this time, though nothing is left to do: for what the cloud changes without telling. */
      lookAgainMilliseconds?: number;
    }
  /** It will not be: status `ERROR` with this reason, which the owner reads. Out of the work index. */
  | { do: 'fail'; reason: string; set?: Partial<R> }
  /** A tombstone whose resource is gone. */
  | { do: 'forget'; usage: Usage; extra?: readonly Write[] };

export interface Change<R> {
  set?: Partial<R>;
  remove?: readonly (keyof R & string)[];
  extra?: readonly Write[];
}

/** What a call gives back. */
export interface Called<R> extends Change<R> {
  /** The record as the call itself has written it, in transactions with others; what is to be changed besides is decided on it. */
  record?: R;
  /** The record that it has written says already when to look again: nothing is left to do until then. */
  waiting?: boolean;
  /** Give way to others, and look again after this time: always by a message, however short it is. */
  lookAgainMilliseconds?: number;
}

/** How the user's action ended, for its history. */
export type Outcome = Pick<LifecycleEvent, 'phase' | 'error'>;

/** One kind of resource that lives in AWS: everything the engine needs to know of it. */
export interface Controller<R extends Reconciled, Observed> {
  kind: string;
  /** Reads the cloud for a batch, in as few calls as it can. A resource left out of the answer is absent. */
  observe(resources: readonly R[], signal: AbortSignal): Promise<ReadonlyMap<string, Observed>>;
  /** Pure but for the calls it returns. `now` is in milliseconds. */
  reconcile(wanted: R, observed: Observed | undefined, now: number): Step<R>;
}

/**
 * Why a backend could not do what was asked, as the engine must treat it.
 * - `throttled`, `not_yet`: wait, at no cost to the error budget
 * - `ambiguous`: the effect may have happened: wait, then observe before anything else
 * - `capacity`: the cloud has no room at present: counted, and named to the owner
 * - `exhausted`: a limit of the account, which no repeat cures: `ERROR` at once, naming it
 * - `rejected`: the request can never succeed: `ERROR` at once, with the message
 * - `broken`: anything else: counted; five in a row end in `ERROR`
 */
export type BackendFailure =
  | 'throttled'
  | 'not_yet'
  | 'ambiguous'
  | 'capacity'
  | 'exhausted'
  | 'rejected'
  | 'broken';

/** The only error that an adapter throws on purpose. */
export class BackendError extends Error {
  override readonly name = 'BackendError';
  readonly failure: BackendFailure;
  /** Safe to show to the owner of the resource. */
  readonly publicMessage: string;
  /** Where it will soon do: how long to wait before the next try, within the same look at first. */
  readonly soonMilliseconds: number | undefined;

  constructor(
    failure: BackendFailure,
    publicMessage: string,
    cause?: unknown,
    { soonMilliseconds }: { soonMilliseconds?: number } = {},
  ) {
    super(publicMessage, { cause });
    this.failure = failure;
    this.publicMessage = publicMessage;
    this.soonMilliseconds = soonMilliseconds;
  }
}

/** The message on a reconcile queue: only says "look now". */
export interface ReconcileMessage {
  kind: string;
  tenant: string;
  id: string;
  generation: number;
  /** Deterministic: the same change of intent gives the same id. */
  event_id: string;
  /** The cloud reported a change by itself: look now, also where the record has converged or waits for later. */
  observed?: boolean;
}

/** What the outbox puts on the bus, as its `detail`. The event's detail-type is `Lifecycle`, its source `thecloud`. */
export interface LifecycleDetail extends LifecycleEvent {
  kind: string;
  tenant: string;
  resource_id: string;
  resource_name: string;
  status: string;
}
