import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { HealthCheck } from '../store/records.ts';
import { matches } from './matcher.ts';
import type { ProbeResult } from './probe.ts';

/**
 * What health checks have shown of a target so far.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 */
export interface Health {
  state: 'initial' | 'healthy' | 'unhealthy';
  /** Of checks that succeeded or failed, without one of the other kind between them. */
  run: { succeeded: boolean; length: number };
  /** Why the last check failed. */
  failure?: Pick<TargetHealth, 'Reason' | 'Description'>;
}

export const initialHealth: Health = { state: 'initial', run: { succeeded: true, length: 0 } };

const failureOf = (result: ProbeResult): NonNullable<Health['failure']> => {
  if ('status' in result)
    return {
      Reason: 'Target.ResponseCodeMismatch',
      Description: `Health checks failed with these codes: [${result.status}]`,
    };
  return result.failure === 'timeout'
    ? { Reason: 'Target.Timeout', Description: 'Request timed out' }
    : { Reason: 'Target.FailedHealthChecks', Description: 'Health checks failed' };
};

/** A new target is healthy after one good check; from then on both thresholds count. */
export const afterProbe = (health: Health, result: ProbeResult, check: HealthCheck): Health => {
  const succeeded = 'status' in result && matches(check.matcher, result.status);
  const run = { succeeded, length: health.run.succeeded === succeeded ? health.run.length + 1 : 1 };
  if (succeeded) {
    const isHealthy = health.state !== 'unhealthy' || run.length >= check.healthyThreshold;
    return {
      state: isHealthy ? 'healthy' : 'unhealthy',
      run,
      failure: isHealthy ? undefined : health.failure,
    };
  }
  const isUnhealthy = health.state === 'unhealthy' || run.length >= check.unhealthyThreshold;
  return { state: isUnhealthy ? 'unhealthy' : health.state, run, failure: failureOf(result) };
};

/** Whether the next check need not wait: nobody listens there, and the target isn't out of rotation yet. */
export const isUrgent = (health: Health, result: ProbeResult): boolean =>
  'failure' in result && result.failure === 'connection' && health.state !== 'unhealthy';
