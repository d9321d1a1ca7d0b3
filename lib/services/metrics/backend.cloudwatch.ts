import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataCommandOutput,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import type { CallBudget } from '../../platform/aws/call-budget.ts';
import { chunks } from '../../platform/aws/ec2/chunks.ts';
import { backendError } from '../../platform/aws/ec2/failures.ts';
import type { MachineWanted, MetricSource, MinuteReadings, MinuteWindow } from './backend.ts';
import type { Reading } from './group-samples.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
export const metricsPerCall = 500;
/** What CloudWatch is asked at once by one worker. */
const callsAtOnce = 4;

const periodSeconds = 60;

const sources = {
  cpu: { namespace: 'AWS/EC2', metric: 'CPUUtilization' },
  memory: { namespace: 'CWAgent', metric: 'mem_used_percent' },
} as const;
type Metric = keyof typeof sources;

interface Wanted {
  machineId: string;
  metric: Metric;
}

const queryOf = ({ machineId, metric }: Wanted, index: number): MetricDataQuery => ({
  Id: `m${index}`,
  MetricStat: {
    Metric: {
      Namespace: sources[metric].namespace,
      MetricName: sources[metric].metric,
      Dimensions: [{ Name: 'InstanceId', Value: machineId }],
    },
    Period: periodSeconds,
    Stat: 'Average',
  },
});

/** Hundredths of a percent are more than anybody needs, and short to store. */
const rounded = (value: number): number => Math.round(value * 100) / 100;

const failedCodes: ReadonlySet<string | undefined> = new Set(['InternalError', 'Forbidden']);

/** CPU as EC2 measures it and memory as the CloudWatch agent does, each minute's average, up to 500 metrics a call. */
export const createCloudWatchMetrics = ({
  cloudWatch,
  budget,
}: {
  cloudWatch: CloudWatchClient;
  budget: CallBudget;
}): MetricSource => {
  /** Every page, in the order in which they come. */
  const ask = async (
    queries: MetricDataQuery[],
    { from, to }: MinuteWindow,
    signal: AbortSignal,
  ): Promise<MetricDataResult[]> => {
    const results: MetricDataResult[] = [];
    let NextToken: string | undefined;
    do {
      await budget.take('GetMetricData', signal);
      const output: GetMetricDataCommandOutput = await cloudWatch.send(
        new GetMetricDataCommand({
          MetricDataQueries: queries,
          StartTime: new Date(from),
          EndTime: new Date(to),
          ScanBy: 'TimestampDescending',
          NextToken,
        }),
        { abortSignal: signal },
      );
      results.push(...(output.MetricDataResults ?? []));
      NextToken = output.NextToken || undefined;
    } while (NextToken);
    return results;
  };

  return {
    async read(machines, window, signal) {
      const found = new Map<string, Map<number, Reading> | Error>(
        machines.map(({ machineId }) => [machineId, new Map()]),
      );
      const note = (
        { machineId, metric }: Wanted,
        { Timestamps = [], Values = [], ...result }: MetricDataResult,
      ) => {
        const readings = found.get(machineId);
        if (!readings || readings instanceof Error) return;
        if (failedCodes.has(result.StatusCode)) {
          found.set(
            machineId,
            new Error(`CloudWatch gave no ${metric} of ${machineId}: ${result.StatusCode}`),
          );
          return;
        }
        for (const [index, value] of Values.entries()) {
          const minute = Timestamps[index]?.getTime();
          if (minute !== undefined)
            readings.set(minute, { ...readings.get(minute), [metric]: rounded(value) });
        }
      };
      const wanted = machines.flatMap(({ machineId, memory }: MachineWanted): Wanted[] => [
        { machineId, metric: 'cpu' },
        ...(memory ? [{ machineId, metric: 'memory' as const }] : []),
      ]);
      const one = async (batch: readonly Wanted[]): Promise<void> => {
        try {
          for (const result of await ask(batch.map(queryOf), window, signal)) {
            const asked = batch[Number(result.Id?.slice(1))];
            if (asked) note(asked, result);
          }
        } catch (error) {
          for (const { machineId } of batch) found.set(machineId, backendError(error, false));
        }
      };
      const batches = [...chunks(wanted, metricsPerCall)];
      for (const together of chunks(batches, callsAtOnce)) await Promise.all(together.map(one));
      return found as ReadonlyMap<string, MinuteReadings | Error>;
    },
  };
};
