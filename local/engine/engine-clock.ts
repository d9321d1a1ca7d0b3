import { realTimers, type Timers } from '../clock.ts';

/**
 * The clock that functions see. On real time they read the machine’s; on any other clock they read a shared number that
 * follows it, brought up to date at each invocation and whenever the test moves time.
 */
export class EngineClock {
  readonly timers: Timers;
  /** Shared with the functions’ threads; undefined on real time. */
  readonly shared: Float64Array | undefined;

  constructor(timers: Timers = realTimers) {
    this.timers = timers;
    if (timers !== realTimers) this.shared = new Float64Array(new SharedArrayBuffer(8));
    this.follow();
  }

  /** Shows the functions what time it is. */
  follow(): void {
    if (this.shared) this.shared[0] = this.timers.now();
  }
}
