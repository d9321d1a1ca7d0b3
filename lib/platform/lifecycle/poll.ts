const shortestMilliseconds = 1_000;
const longestMilliseconds = 10_000;

/** How long to wait for what tells nobody when it is done: a quarter of the time that it took so far, within bounds. */
export const pollAgain = (since: string, now: number): number =>
  Math.min(Math.max((now - Date.parse(since)) / 4, shortestMilliseconds), longestMilliseconds);
