import type {
  SetSecurityGroupsInput,
  SetSecurityGroupsOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { defineAction } from '../engine/action.ts';
import { resolveGroups } from '../rules/balancer-network.ts';
import { getBalancer } from '../rules/lookup.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSecurityGroups.html */
export const setSecurityGroups = defineAction<SetSecurityGroupsInput, SetSecurityGroupsOutput>({
  required: ['LoadBalancerArn', 'SecurityGroups'],
  perform({ LoadBalancerArn: arn, SecurityGroups: asked }, call) {
    const balancer = getBalancer(arn, call);
    const groupIds = resolveGroups(asked, balancer.vpcId, call);
    for (const { interfaceId } of balancer.subnets)
      call.ec2.setInterfaceGroups(call.scope, interfaceId, groupIds);
    call.balancers.put({ ...balancer, groupIds });
    return { SecurityGroupIds: groupIds };
  },
});
