import type { Use } from '../../iam/usage.ts';

/** Hands on the grants that were used, in batches: one as soon as the current work pauses, the next after its answer. */
export class UseReporter {
  readonly #send: (uses: readonly Use[]) => Promise<void>;
  #waiting: Use[] = [];
  #busy = false;

  constructor(send: (uses: readonly Use[]) => Promise<void>) {
    this.#send = send;
  }

  add(use: Use): void {
    this.#waiting.push(use);
    if (!this.#busy) {
      this.#busy = true;
      setImmediate(() => void this.#flush());
    }
  }

  /** A batch that could not be sent goes with the next one; the host may just be ending. */
  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await this.#send(batch);
      } catch {
        this.#waiting.unshift(...batch);
        break;
      }
    }
    this.#busy = false;
  }
}
