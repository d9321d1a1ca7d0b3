import type { NetworkInterface } from '@aws-sdk/client-ec2';
import { zonesOf } from '../catalogue/zones.ts';
import type { Call } from '../engine/call.ts';
import { toTagList } from '../rules/tags.ts';
import type { InterfaceRecord } from '../store/records.ts';
import { privateDnsName, publicDnsName } from './instance-view.ts';

const owner = 'amazon';

const attachmentOf = (record: InterfaceRecord): NetworkInterface['Attachment'] => ({
  AttachmentId: record.attachmentId,
  AttachTime: record.instanceId === undefined ? undefined : new Date(record.createdAt),
  DeleteOnTermination: record.instanceId !== undefined,
  DeviceIndex: record.instanceId === undefined ? 1 : 0,
  InstanceId: record.instanceId,
  InstanceOwnerId: record.requesterId,
  Status: record.due === undefined ? 'attached' : 'detaching',
});

export const interfaceView = (record: InterfaceRecord, call: Call): NetworkInterface => {
  const { account, region } = call.caller;
  const association = record.publicAddress
    ? {
        IpOwnerId: owner,
        PublicDnsName: publicDnsName(record.publicAddress, region),
        PublicIp: record.publicAddress,
      }
    : undefined;
  const names = {
    PrivateIpAddress: record.privateAddress,
    PrivateDnsName: privateDnsName(record.privateAddress, region),
    Association: association,
  };
  return {
    ...names,
    NetworkInterfaceId: record.id,
    Attachment: { ...attachmentOf(record), InstanceOwnerId: record.requesterId ?? account },
    AvailabilityZone: record.zone,
    AvailabilityZoneId: zonesOf(region).find(({ name }) => name === record.zone)?.id,
    Description: record.description,
    Groups: record.groupIds.map((id) => ({ GroupId: id, GroupName: call.groups.find(id)?.name })),
    InterfaceType: 'interface',
    Ipv6Addresses: [],
    MacAddress: record.macAddress,
    OwnerId: account,
    PrivateIpAddresses: [{ ...names, Primary: true }],
    RequesterId: record.requesterId,
    RequesterManaged: record.requesterId !== undefined,
    SourceDestCheck: true,
    Status: 'in-use',
    SubnetId: record.subnetId,
    TagSet: toTagList(record.tags),
    VpcId: record.vpcId,
  };
};
