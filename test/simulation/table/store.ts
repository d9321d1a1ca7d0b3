import { type Image, textOf } from './values.ts';

/** How long anything may still read what an item was before: longer than any replica lags behind. */
const rememberedMilliseconds = 10_000;

/** One item with what it was lately, newest last. */
export interface Entry {
  readonly key: string;
  readonly pk: string;
  readonly sk: string;
  versions: { at: number; image: Image | undefined }[];
}

export const latest = (entry: Entry | undefined): Image | undefined => entry?.versions.at(-1)?.image;

/** What the item was at a time. */
export const asOf = (entry: Entry, at: number): Image | undefined => {
  for (let index = entry.versions.length - 1; index >= 0; index--) {
    const version = entry.versions[index] as Entry['versions'][number];
    if (version.at <= at) return version.image;
  }
  return undefined;
};

/** The items of one table. An image is never changed: a write puts another in its place. */
export class ItemStore {
  readonly #entries = new Map<string, Entry>();
  readonly #partitions = new Map<string, Map<string, Entry>>();
  /** Entries that have, or lately had, an attribute that an index is keyed by: by its value. */
  readonly #byAttribute: ReadonlyMap<string, Map<string, Set<Entry>>>;

  /** @param indexed partition keys of the indexes, beside the table's own */
  constructor(indexed: readonly string[]) {
    this.#byAttribute = new Map(indexed.map((name) => [name, new Map()]));
  }

  static keyOf(key: Image): string {
    return `${textOf(key.pk)}\n${textOf(key.sk)}`;
  }

  find(key: Image): Entry | undefined {
    return this.#entries.get(ItemStore.keyOf(key));
  }

  /** @returns what was there before */
  put(key: Image, image: Image | undefined, now: number): Image | undefined {
    const name = ItemStore.keyOf(key);
    let entry = this.#entries.get(name);
    const before = latest(entry);
    if (!entry) {
      if (!image) return undefined;
      entry = { key: name, pk: textOf(key.pk), sk: textOf(key.sk), versions: [] };
      this.#entries.set(name, entry);
      const partition = this.#partitions.get(entry.pk) ?? new Map<string, Entry>();
      partition.set(entry.sk, entry);
      this.#partitions.set(entry.pk, partition);
    }
    const old = entry.versions.findLastIndex(({ at }) => at <= now - rememberedMilliseconds);
    if (old > 0) entry.versions.splice(0, old);
    entry.versions.push({ at: now, image });
    if (image) this.#index(entry, image);
    return before;
  }

  /** All that a partition of the table, or of an index keyed by another attribute, has lately had. */
  partition(attribute: string, value: string): Iterable<Entry> {
    if (attribute === 'pk') return this.#partitions.get(value)?.values() ?? [];
    return this.#byAttribute.get(attribute)?.get(value) ?? [];
  }

  *images(): Generator<Image> {
    for (const entry of this.#entries.values()) {
      const image = latest(entry);
      if (image) yield image;
    }
  }

  #index(entry: Entry, image: Image): void {
    for (const [attribute, values] of this.#byAttribute) {
      const value = image[attribute]?.S;
      if (value === undefined) continue;
      const entries = values.get(value) ?? new Set<Entry>();
      entries.add(entry);
      values.set(value, entries);
    }
  }
}
