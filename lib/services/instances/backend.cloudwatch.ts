import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import { type EC2Client, GetConsoleOutputCommand } from '@aws-sdk/client-ec2';
import type { CallBudget } from '../../platform/aws/call-budget.ts';
import { backendError } from '../../platform/aws/ec2/failures.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Measurement, TelemetrySource } from './telemetry.ts';

export interface AwsTelemetryOptions {
  ec2: EC2Client;
  cloudWatch: CloudWatchClient;
  budget: CallBudget;
  clock: Clock;
}

/** Basic monitoring gives a value every five minutes, some minutes late. */
const windowMilliseconds = 20 * 60_000;
const periodSeconds = 60;

/** Instances on Xen, not Nitro, refuse to give the newest output. */
const knowsLatest = (error: unknown): boolean => (error as Error).name !== 'UnsupportedOperation';

const metrics = {
  cpu: { Namespace: 'AWS/EC2', MetricName: 'CPUUtilization', Stat: 'Average' },
  memory: { Namespace: 'CWAgent', MetricName: 'mem_used_percent', Stat: 'Average' },
  networkIn: { Namespace: 'AWS/EC2', MetricName: 'NetworkIn', Stat: 'Sum' },
  networkOut: { Namespace: 'AWS/EC2', MetricName: 'NetworkOut', Stat: 'Sum' },
} as const;
type Metric = keyof typeof metrics;

const query = (id: Metric, machineId: string, Period: number = periodSeconds): MetricDataQuery => {
  const { Stat, ...metric } = metrics[id];
  return {
    Id: id,
    MetricStat: {
      Metric: { ...metric, Dimensions: [{ Name: 'InstanceId', Value: machineId }] },
      Period,
      Stat,
    },
  };
};

const measurementsOf = ({ Timestamps = [], Values = [] }: MetricDataResult): Measurement[] =>
  Values.flatMap((value, index) => {
    const at = Timestamps[index]?.getTime();
    return at === undefined ? [] : [{ at, value }];
  });

/** Console output of EC2; CPU and traffic as EC2 measures them and memory as the CloudWatch agent does. */
export const createAwsTelemetry = ({
  ec2,
  cloudWatch,
  budget,
  clock,
}: AwsTelemetryOptions): TelemetrySource => ({
  async console(machineId, signal) {
    const read = async (latest: boolean) => {
      await budget.take('GetConsoleOutput', signal);
      return ec2.send(new GetConsoleOutputCommand({ InstanceId: machineId, Latest: latest }), {
        abortSignal: signal,
      });
    };
    try {
      const { Output = '', Timestamp } = await read(true).catch((error) => {
        if (knowsLatest(error)) throw error;
        return read(false);
      });
      return { output: Buffer.from(Output, 'base64').toString(), at: Timestamp };
    } catch (error) {
      throw backendError(error, false);
    }
  },

  async use(machineId, signal) {
    const now = clock.now();
    try {
      await budget.take('GetMetricData', signal);
      const { MetricDataResults = [] } = await cloudWatch.send(
        new GetMetricDataCommand({
          StartTime: new Date(now - windowMilliseconds),
          EndTime: new Date(now),
          ScanBy: 'TimestampDescending',
          MetricDataQueries: [query('cpu', machineId), query('memory', machineId)],
        }),
        { abortSignal: signal },
      );
      const latest = (id: string) => MetricDataResults.find((result) => result.Id === id)?.Values?.[0];
      return { cpuPercent: latest('cpu') ?? 0, memoryPercent: latest('memory') };
    } catch (error) {
      throw backendError(error, false);
    }
  },

  // 1,440 points of four metrics are far from what CloudWatch puts on one page.
  async history(machineId, { from, to, resolutionSeconds }, signal) {
    const all = Object.keys(metrics) as Metric[];
    try {
      await budget.take('GetMetricData', signal);
      const { MetricDataResults = [] } = await cloudWatch.send(
        new GetMetricDataCommand({
          StartTime: new Date(from),
          EndTime: new Date(to),
          ScanBy: 'TimestampAscending',
          MetricDataQueries: all.map((metric) => query(metric, machineId, resolutionSeconds)),
        }),
        { abortSignal: signal },
      );
      const found = (metric: Metric) =>
        measurementsOf(MetricDataResults.find(({ Id }) => Id === metric) ?? {});
      return {
        cpu: found('cpu'),
        memory: found('memory'),
        networkIn: found('networkIn'),
        networkOut: found('networkOut'),
      };
    } catch (error) {
      throw backendError(error, false);
    }
  },
});
