import type { AwsCall } from './ambient.ts';
import { describeCall } from './describe.ts';

export interface TraceLine {
  at: number;
  what: string;
  text: string;
}

/**
 * What happened in a run, in order. A run that is only watched for failures keeps a checksum alone; its seed brings the
 * whole trace back.
 */
export class Trace {
  readonly lines: TraceLine[] = [];
  readonly #now: () => number;
  readonly #kept: boolean;
  #sum = 17;
  #count = 0;

  constructor(now: () => number, kept: boolean) {
    this.#now = now;
    this.#kept = kept;
  }

  /** Equal for runs in which the same things happened at the same times. */
  get checksum(): string {
    return `${this.#count}:${(this.#sum >>> 0).toString(16)}`;
  }

  note(what: string, text: () => string): void {
    this.#add(what);
    if (this.#kept) this.lines.push({ at: this.#now(), what, text: text() });
  }

  call(process: string | undefined, call: AwsCall, outcome: unknown): void {
    this.#add(call.command);
    if (!this.#kept) return;
    this.lines.push({ at: this.#now(), what: process ?? '-', text: describeCall(call, outcome) });
  }

  #add(what: string): void {
    this.#count++;
    let sum = Math.imul(this.#sum, 31) + (this.#now() % 1_000_000_007);
    for (let index = 0; index < what.length; index++) sum = Math.imul(sum, 33) ^ what.charCodeAt(index);
    this.#sum = sum | 0;
  }
}
