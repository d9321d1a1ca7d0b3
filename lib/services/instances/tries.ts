import type { InstanceRecord } from './record.ts';

/** Every zone is asked this often before a launch fails for want of capacity. */
const roundsOfZones = 3;

/** An instance that can be in one zone only is asked for so often there. */
const roundsOfOneZone = 10;

/** More fresh attempts than this at one launch, and something is wrong that no further one cures. */
const maxAttempts = 20;

/** Why a launch ends in `ERROR` where no single refusal says more. */
export const refusedEveryTime = 'EC2 refused every launch';

/** Whether only one zone will do: the subnet's, or that of the volumes. */
export const isPinned = ({
  subnet_id,
  volumes = [],
}: Pick<InstanceRecord, 'subnet_id' | 'volumes'>): boolean => subnet_id !== undefined || volumes.length > 0;

/** Whether a launch was asked for often enough. @param zones that it can be placed in */
export const isTriedOut = (
  wanted: Pick<InstanceRecord, 'subnet_id' | 'volumes' | 'zones_full' | 'attempt'>,
  zones: number,
): boolean => {
  const rounds = isPinned(wanted) ? roundsOfOneZone : roundsOfZones * Math.max(zones, 1);
  return (wanted.zones_full ?? 0) >= rounds || wanted.attempt > maxAttempts;
};
