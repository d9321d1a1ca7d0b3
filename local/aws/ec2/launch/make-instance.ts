import type { RunInstancesRequest } from '@aws-sdk/client-ec2';
import type { ImageSpec } from '../catalogue/images.ts';
import type { InstanceTypeSpec } from '../catalogue/instance-types.ts';
import type { Call } from '../engine/call.ts';
import { newId, newMacAddress } from '../rules/ids.ts';
import type { InstanceRecord, Tags } from '../store/records.ts';
import { defaultKmsKey } from '../volumes/encryption.ts';
import type { LaunchVolume } from './block-devices.ts';
import { defaultMetadataOptions, resolveMetadataOptions } from './metadata-options.ts';
import type { LaunchNetwork } from './network.ts';

/** A launch request, fully resolved. */
export interface LaunchPlan {
  input: RunInstancesRequest;
  image: ImageSpec;
  type: InstanceTypeSpec;
  network: LaunchNetwork;
  volumes: LaunchVolume[];
  tags: { instance?: Tags; volume?: Tags; 'network-interface'?: Tags };
}

const makeVolumes = (plan: LaunchPlan, instanceId: string, call: Call): InstanceRecord['volumes'] =>
  plan.volumes.map(({ deviceName, deleteOnTermination, ...volume }) => {
    const id = newId('vol');
    call.volumes.put({
      ...volume,
      id,
      zone: plan.network.subnet.zone,
      kmsKeyId: volume.encrypted ? (volume.kmsKeyId ?? defaultKmsKey(call.caller)) : undefined,
      attachment: { instanceId, deviceName, at: call.now, deleteOnTermination },
      tags: plan.tags.volume ?? {},
      createdAt: call.now,
      visibleAt: call.visibleAt,
    });
    return { deviceName, volumeId: id, deleteOnTermination };
  });

const takeAddress = ({ subnet, privateAddress }: LaunchNetwork, holder: string, call: Call): string => {
  if (privateAddress === undefined) return call.addresses.takeLowest(subnet.id, holder);
  call.addresses.take(subnet.id, privateAddress, holder);
  return privateAddress;
};

const profileOf = ({ IamInstanceProfile: profile }: RunInstancesRequest, account: string) => {
  const arn = profile?.Arn ?? (profile?.Name && `arn:aws:iam::${account}:instance-profile/${profile.Name}`);
  return arn ? { arn, id: newId('AIPA').replace('-', '').toUpperCase().slice(0, 21) } : undefined;
};

/** Makes one instance with what it holds, and starts its boot. */
export const makeInstance = (
  plan: LaunchPlan,
  reservationId: string,
  launchIndex: number,
  call: Call,
): InstanceRecord => {
  const { input, image, type, network } = plan;
  const id = newId('i');
  const networkInterfaceId = newId('eni');
  const instance: InstanceRecord = {
    id,
    reservationId,
    launchIndex,
    imageId: image.id,
    instanceType: type.name,
    vcpus: type.vcpus,
    architecture: type.architecture,
    zone: network.subnet.zone,
    vpcId: network.subnet.vpcId,
    subnetId: network.subnet.id,
    privateAddress: takeAddress(network, networkInterfaceId, call),
    wantsPublicAddress: network.wantsPublicAddress,
    networkInterfaceId,
    attachmentId: newId('eni-attach'),
    macAddress: newMacAddress(),
    groupIds: network.groupIds,
    sourceDestCheck: true,
    clientToken: input.ClientToken,
    userData: input.UserData?.replaceAll(/\s/g, ''),
    instanceProfile: profileOf(input, call.caller.account),
    launchTime: call.now,
    state: 'pending',
    hasRun: false,
    transitionReason: '',
    monitoring: input.Monitoring?.Enabled ?? false,
    monitoringSince: input.Monitoring?.Enabled ? call.now : undefined,
    ebsOptimized: input.EbsOptimized ?? false,
    disableApiTermination: input.DisableApiTermination ?? false,
    disableApiStop: input.DisableApiStop ?? false,
    shutdownBehavior: input.InstanceInitiatedShutdownBehavior ?? 'stop',
    metadataOptions: resolveMetadataOptions(
      input.MetadataOptions,
      defaultMetadataOptions(image.requiresImdsV2),
    ),
    rootDeviceName: image.rootDeviceName,
    volumes: makeVolumes(plan, id, call),
    interfaceTags: plan.tags['network-interface'] ?? {},
    boots: [],
    tags: plan.tags.instance ?? {},
    createdAt: call.now,
    visibleAt: call.visibleAt,
  };
  call.lifecycle.boot(call.scope, instance);
  return instance;
};
