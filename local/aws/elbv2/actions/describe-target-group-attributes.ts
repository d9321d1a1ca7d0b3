import type {
  DescribeTargetGroupAttributesInput,
  DescribeTargetGroupAttributesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { defineAction } from '../engine/action.ts';
import { attributeList } from '../rules/attributes.ts';
import { getTargetGroup } from '../rules/lookup.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetGroupAttributes.html */
export const describeTargetGroupAttributes = defineAction<
  DescribeTargetGroupAttributesInput,
  DescribeTargetGroupAttributesOutput
>({
  required: ['TargetGroupArn'],
  perform: ({ TargetGroupArn: arn }, call) => ({
    Attributes: attributeList(getTargetGroup(arn, call).attributes),
  }),
});
