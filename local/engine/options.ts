import type { Timers } from '../clock.ts';
import type { startStandIns } from './stand-ins.ts';

export interface EngineOptions {
  /** Folder that keeps everything between runs. */
  dataDir: string;
  /** Port of the platform on 127.0.0.1; 0, the default, picks a free one. */
  port?: number;
  /** Context values of the CDK app, laid over those that a laptop has by default. */
  context?: Record<string, unknown>;
  /** A synthesized cloud assembly to run instead of the platform’s own. */
  assembly?: string;
  /** Clock of schedules, stand-ins and functions; with a `VirtualTimers` time moves only when it is told to. */
  timers?: Timers;
  /** `roomy` (the default) or AWS’s own throttles, account limits and delayed visibility. */
  limits?: 'roomy' | 'default';
  /** Adds what CloudFront would add to a request; true by default. */
  edge?: boolean;
  /** Which functions are loaded before anybody asks for them: the API’s, which is the default, or all. */
  warm?: 'api' | 'all';
  /** Lets tenants name this machine as a target; by default where `CLOUD_ALLOW_LOOPBACK_TARGETS` is 1. */
  allowLoopbackTargets?: boolean;
  /** Prints nothing. */
  quiet?: boolean;
  /** Told of what goes wrong in the background; by default it is printed, unless `quiet`. */
  report?: (problem: string) => void;
  standIns?: typeof startStandIns;
}

/** Context of a laptop: nobody else’s bill, so anybody may come in and there is room. */
export const laptopContext: Record<string, unknown> = {
  stage: 'local',
  registration: 'open',
  mailFrom: 'the-cloud@example.com',
  quotas: {
    instances: 2000,
    vcpus: 4000,
    vpcs: 100,
    subnets: 1000,
    security_groups: 1000,
    volumes: 2000,
    volume_gib: 100_000,
    snapshots: 2000,
    snapshot_schedules: 500,
    load_balancers: 100,
    scaling_groups: 100,
    batch_jobs: 100,
    gateway_routes: 500,
    objects: 1_000_000,
    object_bytes: 107_374_182_400,
    queues: 1000,
    topics: 500,
    subscriptions: 5000,
    secrets: 2000,
    functions: 500,
    event_sources: 2000,
    cron_jobs: 2000,
  },
  callBudgets: {
    RunInstances: { ratePerSecond: 1000, burst: 1000 },
    Describe: { ratePerSecond: 1000, burst: 1000 },
    Mutate: { ratePerSecond: 1000, burst: 1000 },
    GetMetricData: { ratePerSecond: 1000, burst: 1000 },
    ElbDescribe: { ratePerSecond: 1000, burst: 1000 },
    ElbRegister: { ratePerSecond: 1000, burst: 1000 },
    ElbMutate: { ratePerSecond: 1000, burst: 1000 },
  },
  tracing: false,
  deletionProtection: false,
};
