const hourMilliseconds = 3_600_000;
const dayMilliseconds = 24 * hourMilliseconds;

/** When a schedule's times are counted from: the next time that the clock shows `at` (UTC), or else one interval from now. */
export const anchorOf = (now: number, intervalHours: number, at: string | undefined): number => {
  if (at === undefined) return now + intervalHours * hourMilliseconds;
  const [hours = 0, minutes = 0] = at.split(':').map(Number);
  const today = Math.floor(now / dayMilliseconds) * dayMilliseconds + (hours * 60 + minutes) * 60_000;
  return today > now ? today : today + dayMilliseconds;
};

/** The first of its times after `now`, in milliseconds: what was missed is not made up for. */
export const nextRun = (anchor: number, intervalHours: number, now: number): number => {
  const interval = intervalHours * hourMilliseconds;
  return anchor > now ? anchor : anchor + (Math.floor((now - anchor) / interval) + 1) * interval;
};
