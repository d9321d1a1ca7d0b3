/**
 * Polls until `probe` gives something other than `undefined` or `false`.
 * @param deadlineMilliseconds bound on the whole wait
 * @throws Error that quotes `what` and the last error, when the time is up
 */
export const eventually = async <T>(
  what: string,
  probe: () => Promise<T | undefined | false>,
  deadlineMilliseconds = 10_000,
): Promise<T> => {
  const end = performance.now() + deadlineMilliseconds;
  let last: unknown;
  for (;;) {
    try {
      const found = await probe();
      if (found !== undefined && found !== false) return found;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) {
      throw new Error(`not within ${deadlineMilliseconds} ms: ${what}`, { cause: last });
    }
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
};
