import type { Clock } from '../clock.ts';

interface Entry<V> {
  value: V;
  until: number;
}

/** A bounded cache in memory: each value has its own end, and the least recently used one makes room. */
export interface Cache<V> {
  get(key: string): V | undefined;
  /** @param until end of validity, in milliseconds since the epoch */
  set(key: string, value: V, until: number): void;
  clear(): void;
}

export const createCache = <V>(clock: Clock, maximumEntries: number): Cache<V> => {
  const entries = new Map<string, Entry<V>>();
  return {
    get(key) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      entries.delete(key);
      if (entry.until <= clock.now()) return undefined;
      entries.set(key, entry);
      return entry.value;
    },
    set(key, value, until) {
      entries.delete(key);
      entries.set(key, { value, until });
      if (entries.size > maximumEntries) entries.delete(entries.keys().next().value as string);
    },
    clear: () => entries.clear(),
  };
};
