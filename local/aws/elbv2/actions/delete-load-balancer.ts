import type { DeleteLoadBalancerInput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../stand-in.ts';
import { defineAction } from '../engine/action.ts';

/**
 * Takes the listeners and the network interfaces with it; target groups stay. One that isn't there is no error.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteLoadBalancer.html
 */
export const deleteLoadBalancer = defineAction<DeleteLoadBalancerInput, Record<string, never>>({
  required: ['LoadBalancerArn'],
  perform({ LoadBalancerArn: arn = '' }, call) {
    const balancer = call.balancers.find(arn);
    if (!balancer) return {};
    if (balancer.attributes['deletion_protection.enabled'] === 'true')
      throw new AwsError(
        'OperationNotPermittedException',
        `Load balancer '${arn}' cannot be deleted because deletion protection is enabled`,
      );
    for (const { id } of call.listeners.where('balancer_arn', arn)) call.listeners.delete(id);
    for (const { interfaceId } of balancer.subnets) call.ec2.detachInterface(call.scope, interfaceId);
    call.balancers.delete(arn);
    return {};
  },
});
