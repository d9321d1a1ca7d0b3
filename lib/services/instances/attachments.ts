import { notFound } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import { BackendError } from '../../platform/lifecycle/types.ts';
import type { Write } from '../../platform/table/types.ts';
import type { InstanceVolume, VolumeAttachment } from './schema.ts';

/** What a launch says of its network; all of it is optional. */
export interface WantedNetwork {
  vpcId?: string;
  subnetId?: string;
  securityGroupIds: readonly string[];
  privateIp?: string;
  /** How many instances are to go there, 1 where it is left out; with `privateIp` always one. */
  count?: number;
}

/** What an instance's record says of its network. */
export interface Placed {
  tenant: string;
  id: string;
  subnet_id?: string;
  security_group_ids?: readonly string[];
  /** The address that the user named; absent where the cloud picked one. */
  named_ip?: string;
}

/** Where a launch is to be placed. */
export interface LaunchNetwork {
  vpc_id: string;
  subnet_id: string;
  zone: string;
  security_group_ids: readonly string[];
  named_ip?: string;
  /** Writes of the launch's transaction: they count the instances in at their subnet and their groups. */
  join: readonly Write[];
}

/** The networks that an instance may be launched into, as an API function sees them. */
export interface Networks {
  /**
   * `undefined` where no network is named: then it is the landing network.
   * @throws CloudError `NOT_FOUND` for a VPC, subnet or group that the tenant does not have; `INVALID_INPUT` for what does
   * not fit together; its `join` throws `RESOURCE_LIMIT_EXCEEDED` for a subnet without a free address
   */
  resolve(caller: Caller, wanted: WantedNetwork): Promise<LaunchNetwork | undefined>;
  /** Writes of the delete's transaction: what is being terminated keeps nothing from being deleted. */
  leave(instance: Placed): readonly Write[];
}

/** The cloud's own names for where an instance is placed. */
export interface CloudNetwork {
  vpcId: string;
  subnetId: string;
  /** Empty where the tenant named none. */
  groupIds: readonly string[];
  zone: string;
}

/** The same networks, as the reconciler sees them. */
export interface CloudNetworks {
  /** @throws BackendError `not_yet` while they are being made, `rejected` where they are gone or going */
  locate(instance: Placed, signal: AbortSignal): Promise<CloudNetwork>;
  /** Writes of the transaction that forgets a machine which is gone: its address is free. */
  release(instance: Placed): readonly Write[];
}

export interface LaunchVolumes {
  volumes: readonly InstanceVolume[];
  /** The zone that they lie in; absent where there are none. */
  zone?: string;
  /** Writes of the launch's transaction, which run within `untilCurrent`: the volumes become IN-USE. */
  attach(instanceId: string): readonly Write[];
}

/** The volumes that an instance may be launched with, as an API function sees them. */
export interface Volumes {
  /**
   * @throws CloudError `NOT_FOUND` for a volume that the tenant does not have; `INVALID_INPUT` for one that is not
   * AVAILABLE, is named twice, or lies in another zone than the others
   */
  resolve(caller: Caller, attachments: readonly VolumeAttachment[]): Promise<LaunchVolumes>;
  /**
   * Writes of the instance's delete, which runs within `untilCurrent`: its volumes are AVAILABLE again, or go with it
   * where they were attached so.
   */
  detach(
    caller: Caller,
    instance: { tenant: string; id: string; volumes?: readonly InstanceVolume[] },
  ): Promise<readonly Write[]>;
}

/** A volume that user data waits for. */
export interface CloudVolume {
  /** EBS's id. */
  id: string;
  mount_path: string;
}

/** The same volumes, as the reconciler sees them. */
export interface CloudVolumes {
  /** Those with a mount path. @throws BackendError `not_yet` while one is being made, `rejected` where one is gone */
  locate(
    instance: { tenant: string; id: string; volumes?: readonly InstanceVolume[] },
    signal: AbortSignal,
  ): Promise<readonly CloudVolume[]>;
}

/** A platform on which tenants have no networks of their own: whatever is named is not there. */
export const noNetworks: Networks = {
  async resolve(_caller, { vpcId, subnetId, securityGroupIds }) {
    if (vpcId) throw notFound('vpc');
    if (subnetId) throw notFound('subnet');
    if (securityGroupIds.length > 0) throw notFound('security group');
    return undefined;
  },
  leave: () => [],
};

/** A platform on which tenants have no volumes. */
export const noVolumes: Volumes = {
  async resolve(_caller, attachments) {
    if (attachments.length > 0) throw notFound('volume');
    return { volumes: [], attach: () => [] };
  },
  detach: async () => [],
};

/** A cloud on which tenants have no networks of their own. */
export const noCloudNetworks: CloudNetworks = {
  async locate() {
    throw new BackendError('rejected', 'there are no networks here');
  },
  release: () => [],
};

/** A cloud on which tenants have no volumes. */
export const noCloudVolumes: CloudVolumes = { locate: async () => [] };
