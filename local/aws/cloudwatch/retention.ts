const daySeconds = 86_400;

/** Age, in seconds, up to which there are data of a period, the shortest first.
 *  https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const retention = [
  { periodSeconds: 1, ageSeconds: 10_800 },
  { periodSeconds: 60, ageSeconds: 15 * daySeconds },
  { periodSeconds: 300, ageSeconds: 63 * daySeconds },
  { periodSeconds: 3_600, ageSeconds: 455 * daySeconds },
] as const;

/** Milliseconds since the epoch of the oldest data that are there in a period. */
export const oldestKept = (periodMilliseconds: number, now: number): number => {
  const seconds = periodMilliseconds / 1_000;
  const kept = retention.findLast(({ periodSeconds }) => seconds % periodSeconds === 0) ?? retention[0];
  return now - kept.ageSeconds * 1_000;
};

/** CloudWatch's own rounding of a start: to the minute, and further back to what is kept there. */
export const roundedStart = (start: number, now: number): number => {
  const kept = retention.slice(1).find(({ ageSeconds }) => start >= now - ageSeconds * 1_000);
  const step = (kept?.periodSeconds ?? 3_600) * 1_000;
  return Math.floor(start / step) * step;
};
