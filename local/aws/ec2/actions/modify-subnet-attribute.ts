import type { ModifySubnetAttributeRequest } from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { missingParameter } from '../rules/errors.ts';
import { kinds } from '../rules/kinds.ts';
import { getOne } from '../rules/lookup.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySubnetAttribute.html */
export const modifySubnetAttribute = defineAction<ModifySubnetAttributeRequest, Record<string, never>>({
  required: ['SubnetId'],
  optional: ['MapPublicIpOnLaunch'],
  perform({ SubnetId: id = '', MapPublicIpOnLaunch: asked }, call) {
    const subnet = getOne(kinds.subnet, id, call);
    if (asked?.Value === undefined) throw missingParameter('MapPublicIpOnLaunch');
    call.subnets.put({ ...subnet, mapPublicIpOnLaunch: asked.Value });
    return {};
  },
});
