import { addTags } from './add-tags.ts';
import { createListener } from './create-listener.ts';
import { createLoadBalancer } from './create-load-balancer.ts';
import { createTargetGroup } from './create-target-group.ts';
import { deleteListener } from './delete-listener.ts';
import { deleteLoadBalancer } from './delete-load-balancer.ts';
import { deleteTargetGroup } from './delete-target-group.ts';
import { deregisterTargets } from './deregister-targets.ts';
import { describeAccountLimits } from './describe-account-limits.ts';
import { describeListeners } from './describe-listeners.ts';
import { describeLoadBalancerAttributes } from './describe-load-balancer-attributes.ts';
import { describeLoadBalancers } from './describe-load-balancers.ts';
import { describeTags } from './describe-tags.ts';
import { describeTargetGroupAttributes } from './describe-target-group-attributes.ts';
import { describeTargetGroups } from './describe-target-groups.ts';
import { describeTargetHealth } from './describe-target-health.ts';
import { modifyListener } from './modify-listener.ts';
import { modifyLoadBalancerAttributes } from './modify-load-balancer-attributes.ts';
import { modifyTargetGroup } from './modify-target-group.ts';
import { modifyTargetGroupAttributes } from './modify-target-group-attributes.ts';
import { registerTargets } from './register-targets.ts';
import { removeTags } from './remove-tags.ts';
import { setSecurityGroups } from './set-security-groups.ts';

/** Every action of the stand-in, by its AWS name: a new one is a file beside this and a line here. */
export const actions = {
  AddTags: addTags,
  CreateListener: createListener,
  CreateLoadBalancer: createLoadBalancer,
  CreateTargetGroup: createTargetGroup,
  DeleteListener: deleteListener,
  DeleteLoadBalancer: deleteLoadBalancer,
  DeleteTargetGroup: deleteTargetGroup,
  DeregisterTargets: deregisterTargets,
  DescribeAccountLimits: describeAccountLimits,
  DescribeListeners: describeListeners,
  DescribeLoadBalancerAttributes: describeLoadBalancerAttributes,
  DescribeLoadBalancers: describeLoadBalancers,
  DescribeTags: describeTags,
  DescribeTargetGroupAttributes: describeTargetGroupAttributes,
  DescribeTargetGroups: describeTargetGroups,
  DescribeTargetHealth: describeTargetHealth,
  ModifyListener: modifyListener,
  ModifyLoadBalancerAttributes: modifyLoadBalancerAttributes,
  ModifyTargetGroup: modifyTargetGroup,
  ModifyTargetGroupAttributes: modifyTargetGroupAttributes,
  RegisterTargets: registerTargets,
  RemoveTags: removeTags,
  SetSecurityGroups: setSecurityGroups,
};
