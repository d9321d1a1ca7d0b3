import type { Timers } from '../../../local/clock.ts';
import type { Random } from './random.ts';

interface Task {
  due: number;
  /** Among tasks that fall due in the same millisecond, chance decides. */
  order: number;
  run: () => void;
  cancelled: boolean;
}

const isBefore = (a: Task, b: Task): boolean => a.due < b.due || (a.due === b.due && a.order < b.order);

/** Lets everything that is ready run: all microtasks are done when the event loop has gone round once. */
const turn = (): Promise<void> => new Promise((done) => realImmediate(done));

const realImmediate = setImmediate;

/**
 * The virtual time of a run, and the only thing that moves it. Whatever waits, waits here: a task is taken, everything
 * that it sets free runs to where it waits again, and only then is the next one taken. So the order of all that happens
 * follows from the seed.
 */
export class Scheduler implements Timers {
  readonly #random: Random;
  readonly #heap: Task[] = [];
  #now: number;
  /** Tasks taken so far. */
  steps = 0;

  constructor(random: Random, start: number) {
    this.#random = random;
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, run: () => void): () => void {
    const wait = Math.max(0, Math.ceil(milliseconds));
    const task: Task = { due: this.#now + wait, order: this.#random.bits(), run, cancelled: false };
    this.#push(task);
    return () => {
      task.cancelled = true;
    };
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((done) => this.after(milliseconds, done));
  }

  /** Runs until `isOver`, or until nothing is left to wait for. @returns whether it was over */
  async run(isOver: () => boolean): Promise<boolean> {
    await turn();
    while (!isOver()) {
      const task = this.#pop();
      if (!task) return false;
      if (task.cancelled) continue;
      this.#now = Math.max(this.#now, task.due);
      this.steps++;
      task.run();
      await turn();
    }
    return true;
  }

  #push(task: Task): void {
    const heap = this.#heap;
    let index = heap.push(task) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(task, heap[parent] as Task)) break;
      heap[index] = heap[parent] as Task;
      index = parent;
    }
    heap[index] = task;
  }

  #pop(): Task | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Task, heap[child] as Task)) child++;
      if (!isBefore(heap[child] as Task, last)) break;
      heap[index] = heap[child] as Task;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}
