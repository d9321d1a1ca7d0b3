/** What an instance's metrics follow. */
export interface InstanceLoad {
  cpuPercent: number;
  /** Undefined on an instance without the CloudWatch agent: AWS knows nothing of its memory then. */
  memoryPercent?: number;
  /** Milliseconds since the epoch; there are no samples from before. */
  runningSince: number;
}

/** The load of a running instance; undefined for one that does not run or does not exist. */
export type LoadOf = (account: string, instanceId: string) => InstanceLoad | undefined;
