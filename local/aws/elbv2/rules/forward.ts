import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../stand-in.ts';
import type { AccountStore } from '../store/account-store.ts';
import type { BalancerRecord, WeightedGroup } from '../store/records.ts';
import { invalidConfiguration, unknownParameter, validationError } from './errors.ts';
import { getTargetGroup, listenersOfGroup } from './lookup.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
export const maxGroupsPerAction = 5;
const maxWeight = 999;

const knownParameters = new Set(['Type', 'Order', 'TargetGroupArn', 'ForwardConfig']);

const groupsOf = ({ TargetGroupArn: single, ForwardConfig: config }: Action): WeightedGroup[] => {
  const groups = (config?.TargetGroups ?? []).map(({ TargetGroupArn = '', Weight = 1 }) => ({
    targetGroupArn: TargetGroupArn,
    weight: Weight,
  }));
  if (config?.TargetGroupStickinessConfig?.Enabled)
    throw unknownParameter('ForwardConfig.TargetGroupStickinessConfig');
  if (groups.length === 0 && single !== undefined) return [{ targetGroupArn: single, weight: 1 }];
  if (single !== undefined && (groups.length !== 1 || groups[0]?.targetGroupArn !== single))
    throw validationError('The target group and the forward configuration of an action must agree');
  return groups;
};

/**
 * What a listener's default action forwards to.
 *
 * @throws ValidationError, InvalidLoadBalancerActionException for an action that doesn't forward,
 *   TooManyTargetGroupsException, TargetGroupNotFoundException, InvalidConfigurationRequestException for a group of another
 *   VPC, TargetGroupAssociationLimitException for one that another balancer uses
 */
export const resolveForward = (
  actions: readonly Action[],
  balancer: BalancerRecord,
  store: AccountStore,
): WeightedGroup[] => {
  const [action, ...more] = actions;
  if (!action || more.length > 0) throw validationError('Exactly one default action must be specified');
  if (action.Type !== 'forward')
    throw new AwsError('InvalidLoadBalancerActionException', 'Only forward actions are supported here');
  for (const [name, value] of Object.entries(action))
    if (value !== undefined && !knownParameters.has(name)) throw unknownParameter(`DefaultActions.${name}`);
  const groups = groupsOf(action);
  if (groups.length === 0) throw validationError('A target group must be specified');
  if (groups.length > maxGroupsPerAction)
    throw new AwsError(
      'TooManyTargetGroupsException',
      `You may specify at most ${maxGroupsPerAction} target groups in an action`,
    );
  if (new Set(groups.map(({ targetGroupArn }) => targetGroupArn)).size < groups.length)
    throw validationError('A target group may be specified only once in an action');
  for (const { targetGroupArn, weight } of groups) {
    if (!Number.isInteger(weight) || weight < 0 || weight > maxWeight)
      throw validationError(
        `Target group weight '${weight}' must be between '0' and '${maxWeight}' inclusive`,
      );
    if (getTargetGroup(targetGroupArn, store).vpcId !== balancer.vpcId)
      throw invalidConfiguration('One or more target groups have a different VPC than the load balancer');
    if (listenersOfGroup(targetGroupArn, store).some(({ balancerArn }) => balancerArn !== balancer.id))
      throw new AwsError(
        'TargetGroupAssociationLimitException',
        `The following target groups cannot be associated with more than one load balancer: ${targetGroupArn}`,
      );
  }
  return groups;
};
