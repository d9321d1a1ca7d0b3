/** Requests under way, by target. */
export class Outstanding {
  readonly #byTarget = new Map<string, Set<() => void>>();

  count(targetId: string): number {
    return this.#byTarget.get(targetId)?.size ?? 0;
  }

  /** @param abort cuts the request off. The answer ends its being counted. */
  begin(targetId: string, abort: () => void): () => void {
    const requests = this.#byTarget.get(targetId) ?? new Set();
    this.#byTarget.set(targetId, requests);
    const own = () => abort();
    requests.add(own);
    return () => {
      requests.delete(own);
      if (requests.size === 0 && this.#byTarget.get(targetId) === requests) this.#byTarget.delete(targetId);
    };
  }

  abort(targetId: string): void {
    for (const abort of [...(this.#byTarget.get(targetId) ?? [])]) abort();
  }

  abortAll(): void {
    for (const targetId of [...this.#byTarget.keys()]) this.abort(targetId);
  }
}
