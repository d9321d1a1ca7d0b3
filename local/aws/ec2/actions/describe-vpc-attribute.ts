import type { DescribeVpcAttributeRequest, DescribeVpcAttributeResult } from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { invalidValue } from '../rules/errors.ts';
import { kinds } from '../rules/kinds.ts';
import { getOne } from '../rules/lookup.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcAttribute.html */
export const describeVpcAttribute = defineAction<DescribeVpcAttributeRequest, DescribeVpcAttributeResult>({
  required: ['VpcId', 'Attribute'],
  perform({ VpcId: id = '', Attribute: attribute }, call) {
    const vpc = getOne(kinds.vpc, id, call);
    if (attribute === 'enableDnsSupport')
      return { VpcId: id, EnableDnsSupport: { Value: vpc.enableDnsSupport } };
    if (attribute === 'enableDnsHostnames')
      return { VpcId: id, EnableDnsHostnames: { Value: vpc.enableDnsHostnames } };
    throw invalidValue(attribute, 'attribute', 'Valid values are: enableDnsSupport, enableDnsHostnames.');
  },
});
