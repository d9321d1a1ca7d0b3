import type { Timers } from '../../../clock.ts';
import type { HealthCheck } from '../store/records.ts';
import { afterProbe, type Health, initialHealth, isUrgent } from './health.ts';
import type { LocalNetwork } from './local-network.ts';
import type { ProbeResult } from './probe.ts';

export interface CheckerOptions {
  timers: Timers;
  /** The target's port on 127.0.0.1; undefined where nothing listens. */
  reach(check: HealthCheck): number | undefined;
  check(): HealthCheck | undefined;
  /** How long to wait between checks at most. */
  mostMilliseconds(): number;
  probe: LocalNetwork['probe'];
}

/** Between checks that find nobody listening, so that a target which is just coming up gets a moment. */
const urgentMilliseconds = 100;

/** Checks one target's health, at once and then again and again until it is stopped. */
export class Checker {
  readonly #options: CheckerOptions;
  readonly #stopped = new AbortController();
  #health: Health = initialHealth;
  #cancel: (() => void) | undefined;
  #running = false;

  constructor(options: CheckerOptions) {
    this.#options = options;
    void this.#run();
  }

  get health(): Health {
    return this.#health;
  }

  /** Checks now, unless a check is under way. */
  hurry(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    void this.#run();
  }

  stop(): void {
    this.#stopped.abort();
    this.#cancel?.();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    const check = this.#options.check();
    if (this.#running || signal.aborted || !check) return;
    this.#running = true;
    const result = await this.#probe(check);
    this.#running = false;
    if (signal.aborted) return;
    this.#health = afterProbe(this.#health, result, check);
    const most = Math.min(check.intervalSeconds * 1_000, this.#options.mostMilliseconds());
    const wait = isUrgent(this.#health, result) ? Math.min(urgentMilliseconds, most) : most;
    this.#cancel = this.#options.timers.after(wait, () => void this.#run());
  }

  async #probe(check: HealthCheck): Promise<ProbeResult> {
    const port = this.#options.reach(check);
    if (port === undefined) return { failure: 'connection' };
    return this.#options.probe({
      port,
      path: check.path,
      timeoutMilliseconds: check.timeoutSeconds * 1_000,
      signal: this.#stopped.signal,
    });
  }
}
