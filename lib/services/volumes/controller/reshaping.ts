import { growingWait } from '../../../platform/lifecycle/poll.ts';
import type { Step } from '../../../platform/lifecycle/types.ts';
import type { Counter } from '../../../platform/store/counter.ts';
import type { BlockStorage, BlockVolume } from '../backend.ts';
import type { VolumeRecord } from '../record.ts';
import { settledShape } from '../volume-types.ts';
import { elapsed } from '../waits.ts';
import { refusalOf } from './refusals.ts';

/** A volume that EBS lets rest for hours is asked for again so often. */
const longestWaitMilliseconds = 15 * 60_000;

const resting =
  'EBS lets a volume rest between two changes, six hours as a rule; it will be changed as soon as that is over';

/** Whether EBS has all that is wanted. It never shrinks, so more room than wanted is as good. */
const isThere = (wanted: VolumeRecord, volume: BlockVolume): boolean =>
  volume.size_gb >= wanted.size_gb &&
  volume.type === wanted.type &&
  (wanted.iops === undefined || wanted.iops === volume.iops) &&
  (wanted.throughput === undefined || wanted.throughput === volume.throughput);

/** Brings size, type and speed together with what EBS shows. `undefined`: they agree. */
export const createReshaping = (storage: BlockStorage, counter: Pick<Counter, 'release'>) => {
  /** What EBS will not do is not wanted any more, and what of it was counted is given back. */
  const giveUp = (wanted: VolumeRecord, volume: BlockVolume, refused: string) => {
    const refusals = { ...wanted.refusals, change: refused };
    const { iops, throughput, ...shape } = settledShape(volume);
    return {
      set: { ...shape, iops, throughput, refused, refusals },
      remove: [
        ...(iops === undefined ? ['iops' as const] : []),
        ...(throughput === undefined ? ['throughput' as const] : []),
      ],
      extra: counter.release(wanted.tenant, { volume_gib: wanted.size_gb - volume.size_gb }, 0),
    };
  };

  return (wanted: VolumeRecord, volume: BlockVolume, now: number): Step<VolumeRecord> | undefined => {
    if (isThere(wanted, volume)) return undefined;
    const { size_gb, type, iops, throughput } = wanted;
    return {
      do: 'call',
      name: 'ModifyVolume',
      call: async (signal) => {
        try {
          const size = Math.max(size_gb, volume.size_gb);
          const outcome = await storage.modify(volume.id, { size_gb: size, type, iops, throughput }, signal);
          return {
            set: {
              status_reason: outcome === 'resting' ? resting : 'the volume is being changed',
              ...(wanted.refusals && { refusals: { ...wanted.refusals, change: undefined } }),
            },
          };
        } catch (error) {
          const reason = refusalOf(error, 'capacity');
          if (reason === undefined) throw error;
          return giveUp(wanted, volume, reason);
        }
      },
      waitMilliseconds: growingWait(elapsed(wanted, now), longestWaitMilliseconds),
    };
  };
};
