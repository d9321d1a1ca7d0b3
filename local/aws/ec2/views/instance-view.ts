import type {
  Instance,
  InstanceNetworkInterface,
  InstanceState,
  InstanceStateName,
} from '@aws-sdk/client-ec2';
import { images } from '../catalogue/images.ts';
import { instanceTypes } from '../catalogue/instance-types.ts';
import { zonesOf } from '../catalogue/zones.ts';
import type { Call } from '../engine/call.ts';
import { toTagList } from '../rules/tags.ts';
import type { InstanceRecord } from '../store/records.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html */
const stateCodes: Record<InstanceStateName, number> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

export const instanceState = (name: InstanceStateName): InstanceState => ({
  Code: stateCodes[name],
  Name: name,
});

export const privateDnsName = (address: string, region: string): string =>
  `ip-${address.replaceAll('.', '-')}.${region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`}`;

export const publicDnsName = (address: string, region: string): string =>
  `ec2-${address.replaceAll('.', '-')}.${region === 'us-east-1' ? 'compute-1' : `${region}.compute`}.amazonaws.com`;

const groupsOf = (instance: InstanceRecord, call: Call) =>
  instance.groupIds.map((id) => ({ GroupId: id, GroupName: call.groups.find(id)?.name }));

const isFirstBoot = ({ state, hasRun }: InstanceRecord): boolean => state === 'pending' && !hasRun;

const networkInterface = (instance: InstanceRecord, call: Call): InstanceNetworkInterface => {
  const { account, region } = call.caller;
  const association = instance.publicAddress
    ? {
        IpOwnerId: 'amazon',
        PublicDnsName: publicDnsName(instance.publicAddress, region),
        PublicIp: instance.publicAddress,
      }
    : undefined;
  const names = {
    PrivateIpAddress: instance.privateAddress,
    PrivateDnsName: privateDnsName(instance.privateAddress, region),
    Association: association,
  };
  return {
    ...names,
    NetworkInterfaceId: instance.networkInterfaceId,
    Attachment: {
      AttachmentId: instance.attachmentId,
      AttachTime: new Date(instance.createdAt),
      DeleteOnTermination: true,
      DeviceIndex: 0,
      NetworkCardIndex: 0,
      Status: isFirstBoot(instance) ? 'attaching' : 'attached',
    },
    Description: '',
    Groups: groupsOf(instance, call),
    InterfaceType: 'interface',
    Ipv6Addresses: [],
    MacAddress: instance.macAddress,
    OwnerId: account,
    PrivateIpAddresses: [{ ...names, Primary: true }],
    SourceDestCheck: instance.sourceDestCheck,
    Status: 'in-use',
    SubnetId: instance.subnetId,
    VpcId: instance.vpcId,
  };
};

/** What a terminated instance no longer shows. */
const held = (instance: InstanceRecord, call: Call): Partial<Instance> => {
  const { region } = call.caller;
  if (instance.state === 'terminated')
    return {
      BlockDeviceMappings: [],
      NetworkInterfaces: [],
      SecurityGroups: [],
      PrivateDnsName: '',
      PublicDnsName: '',
    };
  return {
    BlockDeviceMappings: instance.volumes.map((volume) => ({
      DeviceName: volume.deviceName,
      Ebs: {
        AttachTime: new Date(volume.attachedAt ?? instance.createdAt),
        DeleteOnTermination: volume.deleteOnTermination,
        Status: volume.status ?? (isFirstBoot(instance) ? 'attaching' : 'attached'),
        VolumeId: volume.volumeId,
      },
    })),
    NetworkInterfaces: [networkInterface(instance, call)],
    SecurityGroups: groupsOf(instance, call),
    SourceDestCheck: instance.sourceDestCheck,
    SubnetId: instance.subnetId,
    VpcId: instance.vpcId,
    PrivateDnsName: privateDnsName(instance.privateAddress, region),
    PrivateIpAddress: instance.privateAddress,
    PublicDnsName: instance.publicAddress ? publicDnsName(instance.publicAddress, region) : '',
    PublicIpAddress: instance.publicAddress,
  };
};

/** An instance as RunInstances and DescribeInstances answer it. */
export const instanceView = (instance: InstanceRecord, call: Call): Instance => {
  const type = instanceTypes.get(instance.instanceType);
  const zone = zonesOf(call.caller.region).find(({ name }) => name === instance.zone);
  const threads = type?.threadsPerCore ?? 1;
  return {
    ...held(instance, call),
    AmiLaunchIndex: instance.launchIndex,
    Architecture: instance.architecture,
    BootMode: instance.architecture === 'arm64' ? 'uefi' : 'uefi-preferred',
    CapacityReservationSpecification: { CapacityReservationPreference: 'open' },
    ClientToken: instance.clientToken ?? '',
    CpuOptions: { CoreCount: instance.vcpus / threads, ThreadsPerCore: threads },
    CurrentInstanceBootMode: 'uefi',
    EbsOptimized: instance.ebsOptimized,
    EnaSupport: true,
    EnclaveOptions: { Enabled: false },
    HibernationOptions: { Configured: false },
    Hypervisor: 'xen',
    IamInstanceProfile: instance.instanceProfile && {
      Arn: instance.instanceProfile.arn,
      Id: instance.instanceProfile.id,
    },
    ImageId: instance.imageId,
    InstanceId: instance.id,
    InstanceType: instance.instanceType,
    LaunchTime: new Date(instance.launchTime),
    MaintenanceOptions: { AutoRecovery: 'default' },
    MetadataOptions: {
      ...instance.metadataOptions,
      State: instance.state === 'pending' ? 'pending' : 'applied',
    },
    Monitoring: { State: instance.monitoring ? 'enabled' : 'disabled' },
    Placement: {
      AvailabilityZone: instance.zone,
      AvailabilityZoneId: zone?.id,
      GroupName: '',
      Tenancy: 'default',
    },
    PlatformDetails: 'Linux/UNIX',
    ProductCodes: [],
    RootDeviceName: images.get(instance.imageId)?.rootDeviceName ?? instance.rootDeviceName,
    RootDeviceType: 'ebs',
    State: instanceState(instance.state),
    StateReason: instance.stateReason,
    StateTransitionReason: instance.transitionReason,
    Tags: toTagList(instance.tags),
    UsageOperation: 'RunInstances',
    UsageOperationUpdateTime: new Date(instance.createdAt),
    VirtualizationType: 'hvm',
  };
};
