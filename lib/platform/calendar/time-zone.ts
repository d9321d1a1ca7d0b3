const hourMilliseconds = 3_600_000;
/** Longer than any offset from UTC and any change of clocks that a zone makes nowadays. */
const farMilliseconds = 26 * hourMilliseconds;
const minuteMilliseconds = 60_000;

const maxRemembered = 500;
const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  if (formats.size >= maxRemembered) formats.clear();
  formats.set(timeZone, made);
  return made;
};

/** Whether it names a time zone, as IANA writes it. */
export const isTimeZone = (name: string): boolean => {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
};

/**
 * What the clocks of a zone show at an instant: a wall time, in milliseconds as if they stood in UTC. Both to the second.
 * @param instant milliseconds since the epoch, after 1970
 */
export const wallAt = (timeZone: string, instant: number): number => {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(instant)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
};

const offsetAt = (timeZone: string, instant: number): number =>
  wallAt(timeZone, instant) - Math.floor(instant / 1_000) * 1_000;

/** The first minute from which the clocks of a zone have the later one of two offsets. */
const changeBetween = (timeZone: string, from: number, to: number, later: number): number => {
  let [before, after] = [from / minuteMilliseconds, to / minuteMilliseconds];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(timeZone, middle * minuteMilliseconds) === later) after = middle;
    else before = middle;
  }
  return after * minuteMilliseconds;
};

/**
 * When the clocks of a zone first show a wall time, in milliseconds since the epoch: of two times the earlier one, and where
 * they skip it the moment in which they do.
 * @param wall a whole minute, in milliseconds as if in UTC
 */
export const firstInstantOf = (timeZone: string, wall: number): number => {
  const [before, after] = [
    offsetAt(timeZone, wall - farMilliseconds),
    offsetAt(timeZone, wall + farMilliseconds),
  ];
  const candidates = [wall - before, wall - after].sort((a, b) => a - b);
  const shown = candidates.find((instant) => wallAt(timeZone, instant) === wall);
  if (shown !== undefined) return shown;
  const [from = wall, to = wall] = candidates;
  return changeBetween(timeZone, from - minuteMilliseconds, to, after);
};
