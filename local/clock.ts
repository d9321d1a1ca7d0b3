import type { Clock } from '../lib/platform/clock.ts';

/** A clock that can also wake somebody up. The engine and its stand-ins take all their waiting from one of these. */
export interface Timers extends Clock {
  /** Runs `task` once, `milliseconds` from now; the answer cancels it. */
  after(milliseconds: number, task: () => void): () => void;
}

export const realTimers: Timers = {
  now: () => Date.now(),
  after: (milliseconds, task) => {
    const timer = setTimeout(task, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** A clock that stands still until it is moved; tasks run in the order in which they fall due. */
export class VirtualTimers implements Timers {
  #now: number;
  #next = 0;
  readonly #tasks = new Map<number, { due: number; task: () => void }>();

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, task: () => void): () => void {
    const id = this.#next++;
    this.#tasks.set(id, { due: this.#now + milliseconds, task });
    return () => this.#tasks.delete(id);
  }

  /** Moves the clock, running what falls due on the way; a task may set further tasks. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      let first: [number, { due: number; task: () => void }] | undefined;
      for (const entry of this.#tasks) {
        if (entry[1].due <= end && (!first || entry[1].due < first[1].due)) first = entry;
      }
      if (!first) break;
      this.#tasks.delete(first[0]);
      this.#now = Math.max(this.#now, first[1].due);
      first[1].task();
    }
    this.#now = end;
  }
}
