import type {
  DimensionFilter,
  ListMetricsCommandInput,
  ListMetricsCommandOutput,
} from '@aws-sdk/client-cloudwatch';
import type { Action } from '../stand-in.ts';
import type { MetricName, SampleStore } from './store.ts';

type Output = Omit<ListMetricsCommandOutput, '$metadata'>;

const fits = ({ dimensions }: MetricName, { Name, Value }: DimensionFilter): boolean =>
  dimensions.some((one) => one.Name === Name && (Value === undefined || one.Value === Value));

/** Lists the metrics that were put; the instances' own are not listed. In one page. */
export const listMetrics =
  (store: SampleStore): Action<ListMetricsCommandInput, Output> =>
  ({ Namespace, MetricName, Dimensions = [] }, caller) => ({
    Metrics: store
      .metrics(caller)
      .filter(
        (one) =>
          (Namespace === undefined || one.namespace === Namespace) &&
          (MetricName === undefined || one.metric === MetricName) &&
          Dimensions.every((filter) => fits(one, filter)),
      )
      .map(({ namespace, metric, dimensions }) => ({
        Namespace: namespace,
        MetricName: metric,
        Dimensions: [...dimensions],
      })),
  });
