import type {
  DescribeInstanceAttributeRequest,
  InstanceAttribute,
  InstanceAttributeName,
} from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { invalidValue } from '../rules/errors.ts';
import { kinds } from '../rules/kinds.ts';
import { getOne } from '../rules/lookup.ts';
import type { InstanceRecord } from '../store/records.ts';

const readers: Partial<
  Record<InstanceAttributeName, (instance: InstanceRecord) => Partial<InstanceAttribute>>
> = {
  blockDeviceMapping: (instance) => ({
    BlockDeviceMappings: instance.volumes.map(({ deviceName, volumeId, deleteOnTermination, status }) => ({
      DeviceName: deviceName,
      Ebs: { VolumeId: volumeId, DeleteOnTermination: deleteOnTermination, Status: status ?? 'attached' },
    })),
  }),
  disableApiStop: (instance) => ({ DisableApiStop: { Value: instance.disableApiStop } }),
  disableApiTermination: (instance) => ({ DisableApiTermination: { Value: instance.disableApiTermination } }),
  ebsOptimized: (instance) => ({ EbsOptimized: { Value: instance.ebsOptimized } }),
  groupSet: (instance) => ({ Groups: instance.groupIds.map((id) => ({ GroupId: id })) }),
  instanceInitiatedShutdownBehavior: (instance) => ({
    InstanceInitiatedShutdownBehavior: { Value: instance.shutdownBehavior },
  }),
  instanceType: (instance) => ({ InstanceType: { Value: instance.instanceType } }),
  rootDeviceName: (instance) => ({ RootDeviceName: { Value: instance.rootDeviceName } }),
  sourceDestCheck: (instance) => ({ SourceDestCheck: { Value: instance.sourceDestCheck } }),
  userData: (instance) => ({ UserData: instance.userData ? { Value: instance.userData } : {} }),
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html */
export const describeInstanceAttribute = defineAction<DescribeInstanceAttributeRequest, InstanceAttribute>({
  required: ['InstanceId', 'Attribute'],
  perform({ InstanceId: id = '', Attribute: attribute }, call) {
    const instance = getOne(kinds.instance, id, call);
    const read = attribute && readers[attribute];
    if (!read) throw invalidValue(attribute, 'attribute', 'Unknown attribute.');
    return { InstanceId: id, ...read(instance) };
  },
});
