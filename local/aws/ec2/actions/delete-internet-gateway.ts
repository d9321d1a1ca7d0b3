import type { DeleteInternetGatewayRequest } from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { dependencyViolation } from '../rules/errors.ts';
import { kinds } from '../rules/kinds.ts';
import { getOne } from '../rules/lookup.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteInternetGateway.html */
export const deleteInternetGateway = defineAction<DeleteInternetGatewayRequest, Record<string, never>>({
  required: ['InternetGatewayId'],
  perform({ InternetGatewayId: id = '' }, call) {
    const gateway = getOne(kinds.internetGateway, id, call);
    if (gateway.vpcId)
      throw dependencyViolation(`The internetGateway '${id}' has dependencies and cannot be deleted.`);
    call.gateways.delete(id);
    return {};
  },
});
