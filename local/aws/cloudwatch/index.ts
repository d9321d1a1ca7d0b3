import type { StandIn, StandInContext } from '../stand-in.ts';
import { getMetricData } from './get-metric-data.ts';
import { listMetrics } from './list-metrics.ts';
import type { LoadOf } from './load.ts';
import { putMetricData } from './put-metric-data.ts';
import { SampleStore } from './store.ts';

export type { InstanceLoad, LoadOf } from './load.ts';

/** A minute's data are usually there a minute later. */
const usualDelayMilliseconds = 60_000;

/**
 * CloudWatch metrics: those of instances follow the load that `loadOf` tells, others are what was put. No metric math. With
 * AWS's own limits what was measured is seen a minute late.
 */
export const createCloudWatch = (
  { timers, database, limits }: Pick<StandInContext, 'timers' | 'database' | 'limits'>,
  { loadOf }: { loadOf: LoadOf },
): StandIn => {
  const store = new SampleStore(database);
  return {
    client: 'CloudWatchClient',
    actions: {
      GetMetricDataCommand: getMetricData({
        clock: timers,
        store,
        loadOf,
        delayMilliseconds: () => (limits === 'default' ? usualDelayMilliseconds : 0),
      }),
      ListMetricsCommand: listMetrics(store),
      PutMetricDataCommand: putMetricData(timers, store),
    },
  };
};
