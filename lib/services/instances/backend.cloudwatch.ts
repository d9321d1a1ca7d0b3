import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import { type EC2Client, GetConsoleOutputCommand } from '@aws-sdk/client-ec2';
import type { CallBudget } from '../../platform/aws/call-budget.ts';
import { backendError } from '../../platform/aws/ec2/failures.ts';
import type { Clock } from '../../platform/clock.ts';
import type { TelemetrySource } from './telemetry.ts';

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

const query = (id: string, namespace: string, metric: string, machineId: string): MetricDataQuery => ({
  Id: id,
  MetricStat: {
    Metric: {
      Namespace: namespace,
      MetricName: metric,
      Dimensions: [{ Name: 'InstanceId', Value: machineId }],
    },
    Period: periodSeconds,
    Stat: 'Average',
  },
});

/** Console output of EC2; CPU as EC2 measures it and memory as the CloudWatch agent does. */
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
          MetricDataQueries: [
            query('cpu', 'AWS/EC2', 'CPUUtilization', machineId),
            query('memory', 'CWAgent', 'mem_used_percent', machineId),
          ],
        }),
        { abortSignal: signal },
      );
      const latest = (id: string) => MetricDataResults.find((result) => result.Id === id)?.Values?.[0];
      return { cpuPercent: latest('cpu') ?? 0, memoryPercent: latest('memory') };
    } catch (error) {
      throw backendError(error, false);
    }
  },
});
