import { creationWindowMilliseconds } from '../../../platform/lifecycle/creation.ts';
import { errorBudget } from '../../../platform/lifecycle/settlement.ts';
import type { Step } from '../../../platform/lifecycle/types.ts';
import type { BlockStorage } from '../backend.ts';
import { type Creation, clientTokenOf, type VolumeRecord } from '../record.ts';
import { leaveSource } from '../restoring.ts';
import type { Surroundings } from '../surroundings.ts';
import { elapsed, iso } from '../waits.ts';
import { refusalOf } from './refusals.ts';

/** A snapshot that EBS does not know after so long was deleted outside of the platform. */
const patienceMilliseconds = 5 * creationWindowMilliseconds;

/** From a record to an EBS volume: its parameters are written down, then it is asked for under a client token. */
export const createMaking = (storage: BlockStorage, surroundings: Surroundings) => {
  const refuse = (wanted: VolumeRecord, refused: string) => ({
    set: { refused, restoring: false },
    extra: leaveSource(wanted),
  });

  const freeze = (wanted: VolumeRecord, now: number): Step<VolumeRecord> => {
    const { size_gb, type, iops, throughput, snapshot_id } = wanted;
    const creation: Creation = { size_gb, type, iops, throughput };
    const asked_at = iso(now);
    if (!snapshot_id) return { do: 'write', set: { creation, asked_at } };
    return {
      do: 'call',
      name: 'FindSnapshot',
      call: async (signal) => {
        const source = await surroundings.sourceOf(wanted.tenant, snapshot_id, signal);
        return source
          ? { set: { creation: { ...creation, source }, asked_at } }
          : refuse(wanted, 'the snapshot that it was to be restored from is gone');
      },
    };
  };

  const ask = (wanted: VolumeRecord, creation: Creation, now: number): Step<VolumeRecord> => ({
    do: 'call',
    name: 'CreateVolume',
    call: async (signal) => {
      const { tenant, id, name, zone } = wanted;
      try {
        const volume = await storage.create(
          { tenant, id, name, zone, token: clientTokenOf(wanted), creation },
          signal,
        );
        return {
          set: { provider_id: volume.id, asked_at: iso(now), restoring: false },
          extra: leaveSource(wanted),
        };
      } catch (error) {
        const isLast = wanted.failures + 1 >= errorBudget;
        const isLate = elapsed(wanted, now) > patienceMilliseconds;
        const reason = refusalOf(
          error,
          ...(isLast ? (['capacity', 'broken'] as const) : []),
          ...(isLate ? (['not_yet'] as const) : []),
        );
        if (reason === undefined) throw error;
        return refuse(wanted, reason);
      }
    },
  });

  return (wanted: VolumeRecord, now: number): Step<VolumeRecord> => {
    if (wanted.refused !== undefined) return { do: 'fail', reason: wanted.refused };
    return wanted.creation ? ask(wanted, wanted.creation, now) : freeze(wanted, now);
  };
};
