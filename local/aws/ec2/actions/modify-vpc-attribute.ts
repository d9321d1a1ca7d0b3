import type { ModifyVpcAttributeRequest } from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { invalidCombination } from '../rules/errors.ts';
import { kinds } from '../rules/kinds.ts';
import { getOne } from '../rules/lookup.ts';

/**
 * One attribute a call.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcAttribute.html
 */
export const modifyVpcAttribute = defineAction<ModifyVpcAttributeRequest, Record<string, never>>({
  required: ['VpcId'],
  optional: ['EnableDnsHostnames', 'EnableDnsSupport'],
  perform({ VpcId: id = '', EnableDnsHostnames: hostnames, EnableDnsSupport: support }, call) {
    const vpc = getOne(kinds.vpc, id, call);
    if ((hostnames === undefined) === (support === undefined))
      throw invalidCombination('Exactly one attribute may be modified in one request.');
    call.vpcs.put({
      ...vpc,
      enableDnsHostnames: hostnames?.Value ?? vpc.enableDnsHostnames,
      enableDnsSupport: support?.Value ?? vpc.enableDnsSupport,
    });
    return {};
  },
});
