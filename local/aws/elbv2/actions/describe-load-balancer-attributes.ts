import type {
  DescribeLoadBalancerAttributesInput,
  DescribeLoadBalancerAttributesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { defineAction } from '../engine/action.ts';
import { attributeList } from '../rules/attributes.ts';
import { getBalancer } from '../rules/lookup.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancerAttributes.html */
export const describeLoadBalancerAttributes = defineAction<
  DescribeLoadBalancerAttributesInput,
  DescribeLoadBalancerAttributesOutput
>({
  required: ['LoadBalancerArn'],
  perform: ({ LoadBalancerArn: arn }, call) => ({
    Attributes: attributeList(getBalancer(arn, call).attributes),
  }),
});
