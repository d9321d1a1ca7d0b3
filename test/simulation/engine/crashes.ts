import type { Chaos } from './chaos.ts';
import { kill, type Process } from './process.ts';
import type { Trace } from './trace.ts';

/** A process of this function dies at the call of that number, counted over all its processes. */
export interface Death {
  /** As it is named in `world.ts`, for example `worker-deliver`. */
  of: string;
  /** From 1. */
  at: number;
  when: 'before' | 'after';
}

/** When processes die: by chance, or one of them at a call that was named. */
export class Crashes {
  /** How many calls each function has made. */
  readonly calls = new Map<string, number>();
  readonly #chaos: Chaos;
  readonly #trace: Trace;
  readonly #death: Death | undefined;
  /** Whether the named death has come about. */
  isOver = false;

  constructor({ chaos, trace, death }: { chaos: Chaos; trace: Trace; death: Death | undefined }) {
    this.#chaos = chaos;
    this.#trace = trace;
    this.#death = death;
  }

  /** To be asked before each call, and once its effect is there. @returns whether the process has just died */
  strike(process: Process | undefined, when: Death['when'], call: string): boolean {
    if (!process?.alive || !(this.#isNamed(process, when) || this.#isChosen(when))) return false;
    this.#trace.note('crash', () => `${process.name} ${when} ${call}`);
    kill(process);
    return true;
  }

  #isChosen(when: Death['when']): boolean {
    return this.#chaos.strikes(when === 'before' ? 'crashBefore' : 'crashAfter');
  }

  #isNamed({ name }: Process, when: Death['when']): boolean {
    const of = name.slice(0, name.lastIndexOf('/'));
    const calls = (this.calls.get(of) ?? 0) + (when === 'before' ? 1 : 0);
    this.calls.set(of, calls);
    const death = this.#death;
    // Of several calls under way the first that comes back is the one.
    if (this.isOver || death?.of !== of || death.when !== when || calls < death.at) return false;
    this.isOver = true;
    return true;
  }
}
