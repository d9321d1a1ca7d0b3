/** Whether two lists hold the same values, in whatever order. */
export const sameValues = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && [...one].sort().join() === [...other].sort().join();
