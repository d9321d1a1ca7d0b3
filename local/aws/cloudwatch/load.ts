/** What an instance is busy with, in percent. */
interface Load {
  cpuPercent: number;
  /** Undefined on an instance without the CloudWatch agent: AWS knows nothing of its memory then. */
  memoryPercent?: number;
}

/** What an instance's metrics follow. Times are milliseconds since the epoch. */
export interface InstanceLoad extends Load {
  /** There are no samples from before. */
  runningSince: number;
  /** Since when EC2 reports each minute (detailed monitoring); undefined: every five minutes. */
  detailedSince?: number;
  /** Loads of before, oldest first, each until when it was in force. */
  earlier?: readonly (Load & { until: number })[];
}

/** The load that was in force at a time. */
export const loadAt = ({ earlier = [], ...present }: InstanceLoad, time: number): Load =>
  earlier.find(({ until }) => time <= until) ?? present;

/** The load of a running instance; undefined for one that does not run or does not exist. */
export type LoadOf = (account: string, instanceId: string) => InstanceLoad | undefined;
