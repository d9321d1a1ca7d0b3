import { notFound } from '../../platform/errors/index.ts';
import type { VolumeAttachment } from './schema.ts';

/** The networks that an instance may be launched into. */
export interface Networks {
  /** @throws CloudError `NOT_FOUND` for a VPC or subnet that the tenant does not have */
  resolve(tenant: string, wanted: { vpcId?: string; subnetId?: string }, signal: AbortSignal): Promise<void>;
}

/** The volumes that an instance may be launched with. */
export interface Volumes {
  /** @throws CloudError `NOT_FOUND` for a volume that the tenant does not have */
  resolve(tenant: string, attachments: readonly VolumeAttachment[], signal: AbortSignal): Promise<void>;
}

/** A platform on which tenants have no networks of their own: whatever is named is not there. */
export const noNetworks: Networks = {
  async resolve(_tenant, { vpcId, subnetId }) {
    if (vpcId) throw notFound('vpc');
    if (subnetId) throw notFound('subnet');
  },
};

/** A platform on which tenants have no volumes. */
export const noVolumes: Volumes = {
  async resolve(_tenant, attachments) {
    if (attachments.length > 0) throw notFound('volume');
  },
};
