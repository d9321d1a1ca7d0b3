/** A step that is over in a moment as a rule is looked at so soon. */
export const soonMilliseconds = 100;

/**
 * How long to wait for what is mostly done in a moment and may take hours: half of the time that it took so far.
 * @param longestMilliseconds bound on the wait
 */
export const growingWait = (elapsedMilliseconds: number, longestMilliseconds: number): number =>
  Math.min(Math.max(Math.round(elapsedMilliseconds / 2), soonMilliseconds), longestMilliseconds);

const shortestMilliseconds = 1_000;
const longestMilliseconds = 10_000;

/** How long to wait for what tells nobody when it is done: a quarter of the time that it took so far, within bounds. */
export const pollAgain = (since: string, now: number): number =>
  Math.min(Math.max((now - Date.parse(since)) / 4, shortestMilliseconds), longestMilliseconds);
