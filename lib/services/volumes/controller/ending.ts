import { creationWindowMilliseconds } from '../../../platform/lifecycle/creation.ts';
import { soonMilliseconds } from '../../../platform/lifecycle/poll.ts';
import type { Step } from '../../../platform/lifecycle/types.ts';
import type { BlockStorage, BlockVolume } from '../backend.ts';
import { usageOf, type VolumeRecord } from '../record.ts';
import type { Surroundings } from '../surroundings.ts';
import { elapsed, wait } from '../waits.ts';
import { letGoOf } from './attachment.ts';

/** From a tombstone to nothing: what goes along goes first, then the attachment, then the EBS volume. */
export const createEnding = (storage: BlockStorage, surroundings: Surroundings) => {
  const takeAlong = (wanted: VolumeRecord): Step<VolumeRecord> => ({
    do: 'call',
    name: 'TakeAlong',
    call: async (signal) => {
      await surroundings.takeAlong(wanted, signal);
      return { set: { taken_along: true } };
    },
  });

  const remove = (volume: BlockVolume): Step<VolumeRecord> => ({
    do: 'call',
    name: 'DeleteVolume',
    call: async (signal) => {
      await storage.delete(volume.id, signal);
      return { set: { delete_asked: true } };
    },
    waitMilliseconds: soonMilliseconds,
  });

  return (wanted: VolumeRecord, volume: BlockVolume | undefined, now: number): Step<VolumeRecord> => {
    if (!wanted.taken_along) return takeAlong(wanted);
    if (!volume || volume.state === 'deleted') {
      const mayAppear =
        (wanted.provider_id || wanted.creation) &&
        !wanted.delete_asked &&
        elapsed(wanted, now) < creationWindowMilliseconds;
      return mayAppear
        ? wait(wanted, now, 'making sure that no volume is left')
        : { do: 'forget', usage: usageOf(wanted) };
    }
    const [held] = volume.attachments.filter(({ state }) => state !== 'detached');
    if (held) return letGoOf(storage, wanted, volume, held, now);
    if (volume.state === 'creating' || volume.state === 'deleting')
      return wait(wanted, now, `the volume is ${volume.state}`);
    return remove(volume);
  };
};
