import type { _InstanceType, ModifyInstanceAttributeRequest } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import { defineAction } from '../engine/action.ts';
import type { Call } from '../engine/call.ts';
import { checkArchitecture, getImage, getInstanceType } from '../launch/image.ts';
import { checkGroups } from '../launch/network.ts';
import { checkUserData } from '../launch/user-data.ts';
import {
  incorrectInstanceState,
  invalidCombination,
  invalidValue,
  missingParameter,
} from '../rules/errors.ts';
import { kinds } from '../rules/kinds.ts';
import { getAll, getOne } from '../rules/lookup.ts';
import type { InstanceRecord } from '../store/records.ts';
import { changeDeleteOnTermination } from '../volumes/delete-on-termination.ts';

type Request = ModifyInstanceAttributeRequest;
type Change = (request: Request, instance: InstanceRecord, call: Call) => Partial<InstanceRecord>;

const requireStopped = (instance: InstanceRecord): void => {
  if (instance.state !== 'stopped')
    throw incorrectInstanceState(`The instance '${instance.id}' is not in the 'stopped' state.`);
};

const changeType: Change = ({ InstanceType: asked }, instance) => {
  requireStopped(instance);
  const type = getInstanceType(asked?.Value as _InstanceType | undefined);
  checkArchitecture(type, getImage(instance.imageId));
  return { instanceType: type.name, vcpus: type.vcpus };
};

const changeUserData: Change = ({ UserData: asked }, instance) => {
  requireStopped(instance);
  // On the wire this blob is base64; the SDK encodes it only after the step at which the stand-in is asked.
  const userData = Buffer.from(asked?.Value ?? []).toString('base64');
  checkUserData(userData);
  return { userData };
};

const changeShutdownBehavior: Change = ({ InstanceInitiatedShutdownBehavior: asked }) => {
  if (asked?.Value !== 'stop' && asked?.Value !== 'terminate')
    throw invalidValue(
      asked?.Value,
      'instanceInitiatedShutdownBehavior',
      'Valid values are: stop, terminate.',
    );
  return { shutdownBehavior: asked.Value };
};

const changeGroups: Change = ({ Groups: asked }, instance, call) => {
  const groupIds = [...new Set(asked)];
  if (groupIds.length === 0) throw missingParameter('GroupId');
  const stranger = getAll(kinds.securityGroup, groupIds, call).find(({ vpcId }) => vpcId !== instance.vpcId);
  if (stranger)
    throw new AwsError(
      'InvalidGroup.NotFound',
      `The security group '${stranger.id}' does not exist in VPC '${instance.vpcId}'`,
    );
  checkGroups(groupIds, instance.vpcId, instance.subnetId, call);
  return { groupIds };
};

const changes = {
  DisableApiTermination: ({ DisableApiTermination: asked }) => ({
    disableApiTermination: asked?.Value ?? false,
  }),
  DisableApiStop: ({ DisableApiStop: asked }) => ({ disableApiStop: asked?.Value ?? false }),
  EbsOptimized: ({ EbsOptimized: asked }) => ({ ebsOptimized: asked?.Value ?? false }),
  SourceDestCheck: ({ SourceDestCheck: asked }) => ({ sourceDestCheck: asked?.Value ?? true }),
  InstanceInitiatedShutdownBehavior: changeShutdownBehavior,
  InstanceType: changeType,
  UserData: changeUserData,
  Groups: changeGroups,
  BlockDeviceMappings: ({ BlockDeviceMappings: asked = [] }, instance, call) => ({
    volumes: changeDeleteOnTermination(asked, instance, call),
  }),
} satisfies Partial<Record<keyof Request, Change>>;
const attributes = Object.keys(changes) as (keyof typeof changes)[];

/**
 * One attribute a call.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html
 */
export const modifyInstanceAttribute = defineAction<Request, Record<string, never>>({
  required: ['InstanceId'],
  optional: attributes,
  perform(request, call) {
    const instance = getOne(kinds.instance, request.InstanceId ?? '', call);
    const asked = attributes.filter((attribute) => request[attribute] !== undefined);
    const [attribute] = asked;
    if (!attribute) throw invalidCombination('No attributes specified.');
    if (asked.length > 1)
      throw invalidCombination(`Fields for multiple attribute types specified: ${asked.join(', ')}`);
    if (instance.state === 'terminated')
      throw incorrectInstanceState(`The instance '${instance.id}' is terminated.`);
    const change: Change = changes[attribute];
    call.instances.put({ ...instance, ...change(request, instance, call) });
    return {};
  },
});
