import type { Call } from '../engine/call.ts';
import type { InstanceRecord } from '../store/records.ts';
import { instanceState, privateDnsName, publicDnsName } from '../views/instance-view.ts';
import type { FilterFields } from './filters.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html#API_DescribeInstances_RequestParameters */
export const instanceFilters = (call: Call): FilterFields<InstanceRecord> => ({
  architecture: (instance) => instance.architecture,
  'availability-zone': (instance) => instance.zone,
  'block-device-mapping.volume-id': (instance) => instance.volumes.map(({ volumeId }) => volumeId),
  'client-token': (instance) => instance.clientToken,
  'dns-name': ({ publicAddress }) => publicAddress && publicDnsName(publicAddress, call.caller.region),
  'image-id': (instance) => instance.imageId,
  'instance-id': (instance) => instance.id,
  'instance-state-code': (instance) => instanceState(instance.state).Code,
  'instance-state-name': (instance) => instance.state,
  'instance-type': (instance) => instance.instanceType,
  'instance.group-id': (instance) => instance.groupIds,
  'instance.group-name': (instance) => instance.groupIds.map((id) => call.groups.find(id)?.name),
  'ip-address': (instance) => instance.publicAddress,
  'launch-time': (instance) => new Date(instance.launchTime).toISOString(),
  'metadata-options.http-tokens': (instance) => instance.metadataOptions.HttpTokens,
  'monitoring-state': (instance) => (instance.monitoring ? 'enabled' : 'disabled'),
  'network-interface.group-id': (instance) => instance.groupIds,
  'network-interface.network-interface-id': (instance) => instance.networkInterfaceId,
  'network-interface.subnet-id': (instance) => instance.subnetId,
  'network-interface.vpc-id': (instance) => instance.vpcId,
  'owner-id': () => call.caller.account,
  'private-dns-name': (instance) => privateDnsName(instance.privateAddress, call.caller.region),
  'private-ip-address': (instance) => instance.privateAddress,
  'reservation-id': (instance) => instance.reservationId,
  'root-device-name': (instance) => instance.rootDeviceName,
  'root-device-type': () => 'ebs',
  'state-reason-code': (instance) => instance.stateReason?.Code,
  'subnet-id': (instance) => instance.subnetId,
  'virtualization-type': () => 'hvm',
  'vpc-id': (instance) => instance.vpcId,
});
