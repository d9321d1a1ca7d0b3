/** Milliseconds before the second attempt, at most; each further pause may be twice as long, up to two hours. */
const firstPause = 10_000;
const longestPause = 2 * 3_600_000;
const shortestPause = 1_000;

/** A row of attempts goes on for so long, and ends with one that is made then. */
export const tryingMilliseconds = 24 * 3_600_000;

/**
 * When to try again after the given number of failed attempts, in milliseconds since the epoch: exponential with full jitter
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), some 35 attempts in a day.
 * @param random from 0 to 1
 * @param notBefore what the endpoint asked for: those that wait for the same time come within ten seconds after it
 * @returns undefined where the day is over
 */
export const nextAttemptAt = (
  attempts: number,
  { since, now, random, notBefore = 0 }: { since: number; now: number; random: number; notBefore?: number },
): number | undefined => {
  const end = since + tryingMilliseconds;
  if (now >= end) return undefined;
  const most = Math.min(firstPause * 2 ** (attempts - 1), longestPause);
  const drawn = now + Math.max(shortestPause, Math.round(random * most));
  return Math.min(notBefore > drawn ? notBefore + Math.round(random * firstPause) : drawn, end);
};
