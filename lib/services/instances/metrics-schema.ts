import * as z from 'zod/mini';

/** What CloudWatch keeps of each period: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const daySeconds = 86_400;
export const retention = [
  { resolution: 60, keptSeconds: 15 * daySeconds },
  { resolution: 300, keptSeconds: 63 * daySeconds },
  { resolution: 3_600, keptSeconds: 455 * daySeconds },
] as const;

/** Of each metric: a day in minutes. As many as GetMetricStatistics gives, and enough for any chart. */
export const maxPoints = 1_440;

const Time = z.optional(z.iso.datetime({ offset: true }));

export const InstanceMetricsQuery = z.object({
  /** RFC 3339; an hour before `to` where left out. */
  from: Time,
  /** RFC 3339; now where left out. */
  to: Time,
  /** Seconds that each value stands for: a multiple of 60; the finest that the window allows where left out. */
  resolution: z.optional(
    z.pipe(
      z.pipe(
        z.string(),
        z.transform((text) => (/^\d{1,6}$/.test(text) ? Number(text) : Number.NaN)),
      ),
      z.int().check(z.gte(60), z.lte(daySeconds), z.multipleOf(60)),
    ),
  ),
});
export type InstanceMetricsQuery = z.infer<typeof InstanceMetricsQuery>;

const MetricPoint = z.object({
  /** When the period began, RFC 3339. */
  timestamp: z.string(),
  value: z.number(),
});

/** What was measured of an instance, oldest first. A period without a measurement has no point; unknown is not zero. */
export const InstanceMetrics = z.object({
  /** RFC 3339: the first period begins here … */
  from: z.string(),
  /** … and the last one ends here. */
  to: z.string(),
  /** Seconds. */
  resolution: z.int(),
  /** Percent. Every five minutes; each minute in a scaling group with policies. */
  cpu: z.array(MetricPoint),
  /** Percent. Empty where no agent in the instance reports it. */
  memory: z.array(MetricPoint),
  /** Bytes in the period. */
  network_in: z.array(MetricPoint),
  /** Bytes in the period. */
  network_out: z.array(MetricPoint),
});
export type InstanceMetrics = z.infer<typeof InstanceMetrics>;
