import { isDeepStrictEqual } from 'node:util';
import type { Timers } from '../../../clock.ts';
import type { AwsError } from '../../stand-in.ts';
import { knownError, requestLimitExceeded } from './known-errors.ts';

/** A failure to come. */
export interface Fault {
  /** Action name such as `RunInstances`, or `*` for each. */
  action: string;
  /** Only calls with these parameters, for example `{ SubnetId: 'subnet-…' }` for a zone without capacity. */
  where?: Record<string, unknown>;
  /** How many calls it meets; without a number, all until removed. */
  times?: number;
  /**
   * `before`: fails and does nothing. `after`: does it and then fails, so that the caller can't know. `throttle`:
   * answers RequestLimitExceeded. `delay`: waits, then does it.
   */
  kind: 'before' | 'after' | 'throttle' | 'delay';
  /** Default: InternalError, 500. A code of AWS's brings its own message and status. */
  error?: string | { code: string; message?: string; statusCode?: number };
  /** How long a delay takes. Default 1,000. */
  milliseconds?: number;
}

interface Armed extends Fault {
  left: number;
}

const errorOf = ({ error }: Fault) => {
  if (error === undefined) return knownError('InternalError');
  if (typeof error === 'string') return knownError(error);
  return knownError(error.code, error.message, error.statusCode);
};

const meets = ({ action, where = {} }: Fault, called: string, input: object): boolean =>
  (action === '*' || action === called) &&
  Object.entries(where).every(([name, value]) =>
    isDeepStrictEqual((input as Record<string, unknown>)[name], value),
  );

/** Faults on request, applied around every action in one place. Of several that match, the oldest of each kind counts. */
export class Faults {
  readonly #timers: Timers;
  readonly #throttled: () => AwsError;
  #armed: Armed[] = [];

  /** @param throttled how the service says that its budget is used up */
  constructor(timers: Timers, throttled: () => AwsError = requestLimitExceeded) {
    this.#timers = timers;
    this.#throttled = throttled;
  }

  /** Answers a function that removes the fault again. */
  add(fault: Fault): () => void {
    const armed: Armed = { ...fault, left: fault.times ?? Number.POSITIVE_INFINITY };
    this.#armed.push(armed);
    return () => {
      this.#armed = this.#armed.filter((other) => other !== armed);
    };
  }

  /** What is still to come. */
  list(): Fault[] {
    return this.#armed.map(({ left, ...fault }) =>
      Number.isFinite(left) ? { ...fault, times: left } : fault,
    );
  }

  clear(): void {
    this.#armed = [];
  }

  async before(action: string, input: object): Promise<void> {
    const delay = this.#spend(action, input, 'delay');
    if (delay) await new Promise<void>((done) => this.#timers.after(delay.milliseconds ?? 1_000, done));
    if (this.#spend(action, input, 'throttle')) throw this.#throttled();
    const failure = this.#spend(action, input, 'before');
    if (failure) throw errorOf(failure);
  }

  after(action: string, input: object): void {
    const failure = this.#spend(action, input, 'after');
    if (failure) throw errorOf(failure);
  }

  #spend(action: string, input: object, kind: Fault['kind']): Fault | undefined {
    const fault = this.#armed.find((one) => one.kind === kind && meets(one, action, input));
    if (!fault) return undefined;
    fault.left -= 1;
    if (fault.left <= 0) this.#armed = this.#armed.filter((other) => other !== fault);
    return fault;
  }
}
