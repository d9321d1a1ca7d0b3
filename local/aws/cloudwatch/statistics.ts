/** One measurement. */
export interface Sample {
  /** Milliseconds since the epoch. */
  at: number;
  value: number;
}

type Statistic = (values: readonly number[]) => number;

const sum: Statistic = (values) => values.reduce((total, value) => total + value, 0);

/** Nearest rank. */
const percentile =
  (percent: number): Statistic =>
  (values) => {
    const sorted = [...values].sort((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] as number;
  };

const plain = new Map<string, Statistic>([
  ['Average', (values) => sum(values) / values.length],
  ['Sum', sum],
  ['Minimum', (values) => Math.min(...values)],
  ['Maximum', (values) => Math.max(...values)],
  ['SampleCount', (values) => values.length],
]);

/** A statistic by CloudWatch's name for it, for example `Average` or `p99.9`; undefined for one it does not have. */
export const findStatistic = (name: string): Statistic | undefined => {
  const percent = name.match(/^p(\d{1,2}(?:\.\d{1,10})?|100)$/)?.[1];
  return percent === undefined ? plain.get(name) : percentile(Number(percent));
};

/** Samples gathered into periods that are aligned to the epoch; a period without samples has no datapoint. Oldest first. */
export const aggregate = (
  samples: readonly Sample[],
  periodMilliseconds: number,
  statistic: Statistic,
): Sample[] => {
  const periods = new Map<number, number[]>();
  for (const { at, value } of samples) {
    const period = Math.floor(at / periodMilliseconds) * periodMilliseconds;
    const values = periods.get(period);
    if (values) values.push(value);
    else periods.set(period, [value]);
  }
  return [...periods].sort(([a], [b]) => a - b).map(([at, values]) => ({ at, value: statistic(values) }));
};
