/** A record of names that strangers choose: `constructor` is one of them, and nothing is there before it is put there. */
export const withoutPrototype = <T>(entries: Record<string, T> | undefined = {}): Record<string, T> =>
  Object.assign(Object.create(null), entries);
