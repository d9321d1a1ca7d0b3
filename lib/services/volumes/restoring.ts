import { createUses } from '../../platform/store/uses.ts';
import type { Write } from '../../platform/table/types.ts';
import type { VolumeRecord } from './record.ts';

/** Who needs a snapshot: volumes that are being restored from it, until their EBS volume is there. */
export const snapshotUses = createUses({ kind: 'SNAPSHOT', label: 'snapshot' });

/** A volume no longer needs the snapshot that it was to be made of; nothing where it does not. */
export const leaveSource = ({
  tenant,
  snapshot_id,
  restoring,
}: Pick<VolumeRecord, 'tenant' | 'snapshot_id' | 'restoring'>): Write[] =>
  restoring && snapshot_id ? [snapshotUses.leave({ tenant, id: snapshot_id })] : [];
