/** A signing key signs for this long; then the next one does. */
const periodMilliseconds = 30 * 24 * 3_600_000;
/** So long before its first use a key is already published, for verifiers that keep the key set. */
const earlyMilliseconds = 2 * 24 * 3_600_000;
/** So long after its last use a key is still accepted: longer than any token lives. */
const lateMilliseconds = 3_600_000;

/** Number of the period that `now` (milliseconds since the epoch) lies in. */
export const signingPeriod = (now: number): number => Math.floor(now / periodMilliseconds);

/** The periods whose keys must exist: the present one, and near its end the next. */
export const periodsToProvide = (now: number): number[] => {
  const present = signingPeriod(now);
  return signingPeriod(now + earlyMilliseconds) > present ? [present, present + 1] : [present];
};

/** Whether a key of this period is published and its signatures are good: while rotating, that is true of two. */
export const isLivePeriod = (period: number, now: number): boolean =>
  period >= signingPeriod(now - lateMilliseconds) && period <= signingPeriod(now + earlyMilliseconds);
