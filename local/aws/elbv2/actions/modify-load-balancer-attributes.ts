import type {
  ModifyLoadBalancerAttributesInput,
  ModifyLoadBalancerAttributesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { defineAction } from '../engine/action.ts';
import { attributeList, balancerAttributes, changedAttributes } from '../rules/attributes.ts';
import { getBalancer } from '../rules/lookup.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyLoadBalancerAttributes.html */
export const modifyLoadBalancerAttributes = defineAction<
  ModifyLoadBalancerAttributesInput,
  ModifyLoadBalancerAttributesOutput
>({
  required: ['LoadBalancerArn', 'Attributes'],
  perform({ LoadBalancerArn: arn, Attributes: changes = [] }, call) {
    const balancer = getBalancer(arn, call);
    const attributes = changedAttributes(balancerAttributes, balancer.attributes, changes);
    call.balancers.put({ ...balancer, attributes });
    return { Attributes: attributeList(attributes) };
  },
});
