/**
 * Smooth weighted round robin: of every so many choices as the weights add up to, each key gets exactly its weight, spread
 * evenly. https://github.com/nginx/nginx/commit/52327e0627f49dbda1e8db695e63a4b0af4448b1
 */
export class Rotation {
  readonly #credits = new Map<string, number>();

  /** Undefined where there is nothing to choose from, or nothing but weights of 0. */
  choose(weights: readonly { key: string; weight: number }[]): string | undefined {
    const total = weights.reduce((sum, { weight }) => sum + weight, 0);
    if (total === 0) return undefined;
    let best: { key: string; credit: number } | undefined;
    for (const { key, weight } of weights) {
      const credit = (this.#credits.get(key) ?? 0) + weight;
      this.#credits.set(key, credit);
      if (weight > 0 && (!best || credit > best.credit)) best = { key, credit };
    }
    if (!best) return undefined;
    this.#credits.set(best.key, best.credit - total);
    return best.key;
  }

  /** Forgets the credits of keys that no longer take part. */
  keep(keys: ReadonlySet<string>): void {
    for (const key of this.#credits.keys()) if (!keys.has(key)) this.#credits.delete(key);
  }
}
