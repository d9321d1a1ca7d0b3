import type { StandIn, StandInContext } from '../stand-in.ts';
import { getMetricData } from './get-metric-data.ts';
import { listMetrics } from './list-metrics.ts';
import type { LoadOf } from './load.ts';
import { putMetricData } from './put-metric-data.ts';
import { SampleStore } from './store.ts';

export type { InstanceLoad, LoadOf } from './load.ts';

/** CloudWatch metrics: those of instances follow the load that `loadOf` tells, others are what was put. No metric math. */
export const createCloudWatch = (
  { timers, database }: Pick<StandInContext, 'timers' | 'database'>,
  { loadOf }: { loadOf: LoadOf },
): StandIn => {
  const store = new SampleStore(database);
  return {
    client: 'CloudWatchClient',
    actions: {
      GetMetricDataCommand: getMetricData(store, loadOf),
      ListMetricsCommand: listMetrics(store),
      PutMetricDataCommand: putMetricData(timers, store),
    },
  };
};
