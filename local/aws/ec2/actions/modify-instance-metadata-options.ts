import type {
  ModifyInstanceMetadataOptionsRequest,
  ModifyInstanceMetadataOptionsResult,
} from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { resolveMetadataOptions } from '../launch/metadata-options.ts';
import { kinds } from '../rules/kinds.ts';
import { getOne } from '../rules/lookup.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html */
export const modifyInstanceMetadataOptions = defineAction<
  ModifyInstanceMetadataOptionsRequest,
  ModifyInstanceMetadataOptionsResult
>({
  required: ['InstanceId'],
  optional: [
    'HttpTokens',
    'HttpPutResponseHopLimit',
    'HttpEndpoint',
    'HttpProtocolIpv6',
    'InstanceMetadataTags',
  ],
  perform({ InstanceId: id = '', ...asked }, call) {
    const instance = getOne(kinds.instance, id, call);
    const metadataOptions = resolveMetadataOptions(asked, instance.metadataOptions);
    call.instances.put({ ...instance, metadataOptions });
    return { InstanceId: id, InstanceMetadataOptions: { ...metadataOptions, State: 'pending' } };
  },
});
