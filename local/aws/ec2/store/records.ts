import type {
  _InstanceType,
  InstanceMetadataOptionsResponse,
  InstanceStateName,
  StateReason,
  VolumeType,
} from '@aws-sdk/client-ec2';

export type Tags = Record<string, string>;

/** What every resource has. Times are milliseconds since the epoch. */
export interface Resource {
  id: string;
  tags: Tags;
  createdAt: number;
  /** Before this moment the resource exists, but calls that name it answer NotFound. */
  visibleAt: number;
}

/** A state that follows by itself once its time has come; `gone` removes the record. */
export interface NextState {
  state: InstanceStateName | 'gone';
  due: number;
}

/** One boot of the machine: how long after `at` it takes until the login prompt. */
export interface Boot {
  at: number;
  milliseconds: number;
}

export interface InstanceVolume {
  deviceName: string;
  volumeId: string;
  deleteOnTermination: boolean;
  /** Of a volume that was attached after the launch. */
  attachedAt?: number;
  /** Absent once attached. */
  status?: 'attaching' | 'detaching';
}

/** What a settable load makes CloudWatch report, in percent. */
export interface Load {
  cpuPercent: number;
  memoryPercent?: number;
}

export interface InstanceRecord extends Resource {
  reservationId: string;
  launchIndex: number;
  imageId: string;
  instanceType: _InstanceType;
  vcpus: number;
  architecture: 'x86_64' | 'arm64';
  zone: string;
  vpcId: string;
  subnetId: string;
  privateAddress: string;
  publicAddress?: string;
  wantsPublicAddress: boolean;
  networkInterfaceId: string;
  attachmentId: string;
  macAddress: string;
  groupIds: string[];
  sourceDestCheck: boolean;
  clientToken?: string;
  userData?: string;
  instanceProfile?: { arn: string; id: string };
  launchTime: number;
  state: InstanceStateName;
  next?: NextState;
  hasRun: boolean;
  transitionReason: string;
  stateReason?: StateReason;
  monitoring: boolean;
  /** Since when monitoring is detailed. */
  monitoringSince?: number;
  ebsOptimized: boolean;
  disableApiTermination: boolean;
  disableApiStop: boolean;
  shutdownBehavior: 'stop' | 'terminate';
  metadataOptions: InstanceMetadataOptionsResponse;
  rootDeviceName: string;
  volumes: InstanceVolume[];
  interfaceTags: Tags;
  boots: Boot[];
  load?: Load;
  /** Loads of before, oldest first, each until when it was in force. */
  earlierLoads?: { until: number; load: Load }[];
}

export interface VolumeAttachment {
  instanceId: string;
  deviceName: string;
  at: number;
  deleteOnTermination: boolean;
  /** On its way to or from its instance; absent once attached. */
  moving?: { to: 'attached' | 'detached'; due: number };
}

/** What ModifyVolume changes. */
export interface VolumeSize {
  sizeGiB: number;
  type: VolumeType;
  iops?: number;
  throughput?: number;
}

export interface VolumeModification {
  from: VolumeSize;
  to: VolumeSize;
  state: 'modifying' | 'optimizing' | 'completed';
  startedAt: number;
  /** When the next state follows; absent once completed. */
  due?: number;
  endedAt?: number;
}

export interface VolumeRecord extends Resource, VolumeSize {
  zone: string;
  encrypted: boolean;
  kmsKeyId?: string;
  snapshotId?: string;
  /** Absent once it is there. */
  creatingUntil?: number;
  deletingUntil?: number;
  attachment?: VolumeAttachment;
  /** When its newest snapshot was begun. */
  snapshottedAt?: number;
  /** The newest one. */
  modification?: VolumeModification;
}

export interface SnapshotRecord extends Resource {
  volumeId: string;
  sizeGiB: number;
  description: string;
  encrypted: boolean;
  kmsKeyId?: string;
  /** Absent once completed. */
  pendingUntil?: number;
  completedAt?: number;
}

export interface VpcBlock {
  associationId: string;
  cidrBlock: string;
  state: 'associating' | 'associated' | 'disassociating';
  /** When it is associated, or gone. */
  due?: number;
}

export interface VpcRecord extends Resource {
  secondaryBlocks?: VpcBlock[];
  cidrBlock: string;
  associationId: string;
  dhcpOptionsId: string;
  instanceTenancy: 'default' | 'dedicated';
  enableDnsSupport: boolean;
  enableDnsHostnames: boolean;
}

export interface SubnetRecord extends Resource {
  vpcId: string;
  cidrBlock: string;
  zone: string;
  mapPublicIpOnLaunch: boolean;
}

/** A network interface: of an instance, of another service, or one that is about to be released. */
export interface InterfaceRecord extends Resource {
  vpcId: string;
  subnetId: string;
  zone: string;
  privateAddress: string;
  publicAddress?: string;
  groupIds: string[];
  macAddress: string;
  description: string;
  attachmentId: string;
  instanceId?: string;
  /** The service that made it and manages it. */
  requesterId?: string;
  /** When it is released. */
  due?: number;
}

export interface GroupRecord extends Resource {
  vpcId: string;
  name: string;
  description: string;
}

export interface RuleRecord extends Resource {
  groupId: string;
  isEgress: boolean;
  /** `tcp`, `udp`, `icmp`, `icmpv6`, a protocol number, or `-1` for all. */
  protocol: string;
  fromPort: number;
  toPort: number;
  cidrIpv4?: string;
  cidrIpv6?: string;
  prefixListId?: string;
  referencedGroupId?: string;
  description?: string;
}

export interface GatewayRecord extends Resource {
  vpcId?: string;
}

export interface RouteRecord {
  destination: string;
  gatewayId: string;
}

export interface RouteTableRecord extends Resource {
  vpcId: string;
  routes: RouteRecord[];
  /** A main table's own association has no subnet. */
  associations: { id: string; subnetId?: string }[];
}

/** A RunInstances or CreateVolume call that carried a client token, and what it was bound to. */
export interface TokenRecord {
  /** `<zone>#<token>` of a launch, `volume#<zone>#<token>` of a volume: EC2's tokens for both hold within one zone. */
  id: string;
  /** Digest of the call's parameters. */
  parameters: string;
  /** What a launch made. */
  reservationId?: string;
  /** What a CreateVolume made, as it was then. */
  volume?: VolumeRecord;
}
