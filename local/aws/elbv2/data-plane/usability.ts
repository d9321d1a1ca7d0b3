import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { InstanceView } from '../ec2-view.ts';
import type { BalancerRecord, TargetRecord } from '../store/records.ts';

/**
 * Why a target takes no part in balancing, whatever its health; undefined where it does.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 *
 * @param balancer the one whose listener forwards to the target's group
 */
export const whyUnused = (
  target: TargetRecord,
  balancer: BalancerRecord | undefined,
  instance: InstanceView | undefined,
): TargetHealth | undefined => {
  if (target.drainUntil !== undefined)
    return {
      State: 'draining',
      Reason: 'Target.DeregistrationInProgress',
      Description: 'Target deregistration is in progress',
    };
  if (!balancer)
    return {
      State: 'unused',
      Reason: 'Target.NotInUse',
      Description: 'Target group is not configured to receive traffic from the load balancer',
    };
  if (instance?.state !== 'running')
    return {
      State: 'unused',
      Reason: 'Target.InvalidState',
      Description: `Target is in the ${instance?.state ?? 'terminated'} state`,
    };
  if (!balancer.subnets.some(({ zone }) => zone === instance.zone))
    return {
      State: 'unused',
      Reason: 'Target.NotInUse',
      Description: 'Target is in an Availability Zone that is not enabled for the load balancer',
    };
  return undefined;
};
