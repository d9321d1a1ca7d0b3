const nanoseconds: Record<string, number> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3_600e9,
};

const part = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/gy;

/** What a Go program can hold: 2^63 − 1 nanoseconds, some 292 years. */
const longestNanoseconds = 2 ** 63;

/**
 * A duration as Go writes it (`1h30m`, `1.5h`, `90s`), in milliseconds; `undefined` for what is none, or is longer than Go
 * can say. https://pkg.go.dev/time#ParseDuration
 */
export const parseGoDuration = (text: string): number | undefined => {
  const negative = text.startsWith('-');
  const unsigned = text.replace(/^[+-]/, '');
  if (unsigned === '0') return 0;
  let [total, end] = [0, 0];
  for (const match of unsigned.matchAll(part)) {
    total += Number(match[1]) * (nanoseconds[match[2] ?? ''] ?? Number.NaN);
    end = match.index + match[0].length;
  }
  if (end === 0 || end !== unsigned.length || !(total < longestNanoseconds)) return undefined;
  return (negative ? -total : total) / 1e6;
};
