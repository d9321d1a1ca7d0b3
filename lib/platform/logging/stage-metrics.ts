/**
 * Metrics of the whole stage as fields of a log line, which is all that CloudWatch's embedded metric format takes: no call,
 * no right. Each name costs a metric's price for the hours in which it is written.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * @param timestamp milliseconds since the epoch
 */
export const stageMetrics = (
  stage: string,
  timestamp: number,
  metrics: Readonly<Record<string, number>>,
  unit: 'Count' | 'Percent',
): object => ({
  _aws: {
    Timestamp: timestamp,
    CloudWatchMetrics: [
      {
        Namespace: 'TheCloud',
        Dimensions: [['Stage']],
        Metrics: Object.keys(metrics).map((Name) => ({ Name, Unit: unit })),
      },
    ],
  },
  Stage: stage,
  ...metrics,
});
