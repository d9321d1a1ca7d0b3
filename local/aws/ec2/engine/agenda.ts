import type { Timers } from '../../../clock.ts';
import type { Collection, Scope } from '../store/collection.ts';
import type { Transactions } from './transactions.ts';

/** A kind of resource that moves on by itself once the moment in its column `due` has come. */
export interface Chore {
  lowestDue(): number | undefined;
  /** Moves on all that is due. */
  run(now: number): void;
}

/** `step` must leave a later `due`, or none. */
export const chore = <T extends { id: string }>(
  collection: Collection<T>,
  step: (scope: Scope, record: T, now: number) => void,
): Chore => ({
  lowestDue: () => collection.lowest('due'),
  run: (now) => {
    for (const { scope, record } of collection.upTo('due', now)) step(scope, record, now);
  },
});

/** Node's timers take no more than this; a longer wait is taken in pieces. */
const longestWaitMilliseconds = 2 ** 31 - 1;

/** One timer for whichever chore is due first. What is to come stands in the records, so it survives a restart. */
export class Agenda {
  readonly #timers: Timers;
  readonly #transactions: Transactions;
  readonly #chores: readonly Chore[];
  #waiting: { due: number; cancel: () => void } | undefined;
  #closed = false;

  constructor(timers: Timers, transactions: Transactions, chores: readonly Chore[]) {
    this.#timers = timers;
    this.#transactions = transactions;
    this.#chores = chores;
  }

  /** Sets the timer; called after every change. */
  wake(): void {
    const dues = this.#closed ? [] : this.#chores.map((one) => one.lowestDue());
    const due = dues.reduce(
      (low, next) => (next === undefined || (low ?? next) < next ? low : next),
      undefined,
    );
    if (due === this.#waiting?.due) return;
    this.#waiting?.cancel();
    this.#waiting = undefined;
    if (due === undefined) return;
    const wait = Math.min(Math.max(0, due - this.#timers.now()), longestWaitMilliseconds);
    this.#waiting = { due, cancel: this.#timers.after(wait, () => this.#run()) };
  }

  close(): void {
    this.#closed = true;
    this.wake();
  }

  #run(): void {
    this.#waiting = undefined;
    this.#transactions.run(() => {
      for (const one of this.#chores) one.run(this.#timers.now());
    });
    this.wake();
  }
}
