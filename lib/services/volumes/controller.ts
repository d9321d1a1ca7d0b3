import { creationWindowMilliseconds } from '../../platform/lifecycle/creation.ts';
import type { Controller, Step } from '../../platform/lifecycle/types.ts';
import { createCounter } from '../../platform/store/counter.ts';
import type { Limits, ResourceStore } from '../../platform/store/types.ts';
import type { InstanceRecord } from '../instances/service.ts';
import type { BlockStorage, BlockVolume } from './backend.ts';
import { createAttachment } from './controller/attachment.ts';
import { createEnding } from './controller/ending.ts';
import { createMaking } from './controller/making.ts';
import { standingRefusals } from './controller/refusals.ts';
import { createReshaping } from './controller/reshaping.ts';
import { type VolumeRecord, volumeKind } from './record.ts';
import type { Surroundings } from './surroundings.ts';
import { elapsed, wait } from './waits.ts';

/** What is there: the EBS volume, and the instance that the volume shall be attached to. */
export interface ObservedVolume {
  volume?: BlockVolume;
  instance?: InstanceRecord;
}

export interface VolumeControllerOptions {
  storage: BlockStorage;
  instances: Pick<ResourceStore<InstanceRecord>, 'find' | 'plan'>;
  surroundings: Surroundings;
}

/** An attached volume is looked at again: the event of a machine that ends outside of the platform may be lost. */
const lookAgainMilliseconds = 5 * 60_000;

/** What EBS shows of a machine that has ended may lag behind what EC2 says of it. */
const lookSoonMilliseconds = 5_000;

const lookAgainAfter = (instance: InstanceRecord | undefined, now: number): number => {
  const hasJustFailed =
    instance?.status === 'ERROR' && now - Date.parse(instance.updated_at) < lookAgainMilliseconds;
  return hasJustFailed ? lookSoonMilliseconds : lookAgainMilliseconds;
};

const noLimits: Limits = {};

const lost = (wanted: VolumeRecord, reason: string): Step<VolumeRecord> =>
  wanted.status === 'ERROR' && wanted.observed_generation === wanted.generation
    ? { do: 'converged' }
    : { do: 'fail', reason };

const converged = (
  wanted: VolumeRecord,
  instance: InstanceRecord | undefined,
  now: number,
): Step<VolumeRecord> => {
  const { refused } = wanted;
  const refusals = standingRefusals(wanted);
  const reason = refusals ? Object.values(refusals).join('; ') : refused;
  const isAsked = wanted.event?.phase === 'requested';
  return {
    do: 'converged',
    set: {
      status: wanted.instance_id ? 'IN-USE' : 'AVAILABLE',
      ...(refusals && { refusals }),
      ...(reason !== undefined && { status_reason: reason }),
    },
    remove: [
      'refused',
      'asked_at',
      ...(refusals ? [] : ['refusals' as const]),
      ...(reason === undefined ? ['status_reason' as const] : []),
    ],
    ...(refused !== undefined && {
      outcome: { phase: isAsked ? ('failed' as const) : ('observed' as const), error: refused },
    }),
    ...(wanted.instance_id && { lookAgainMilliseconds: lookAgainAfter(instance, now) }),
  };
};

/**
 * How a volume is brought about on EBS, and kept where it is wanted: `deleted_at`, else `instance_id` and the shape. Of
 * attachments it compares what is wanted with what EBS says, so whatever happened in between comes to the same end, and
 * no volume is attached to a second machine before the first has let go.
 */
export const createVolumeController = ({
  storage,
  instances,
  surroundings,
}: VolumeControllerOptions): Controller<VolumeRecord, ObservedVolume> => {
  const make = createMaking(storage, surroundings);
  const place = createAttachment(storage, instances);
  const reshape = createReshaping(storage, createCounter(volumeKind.kind, noLimits));
  const end = createEnding(storage, surroundings);

  const keep = (wanted: VolumeRecord, observed: ObservedVolume, now: number): Step<VolumeRecord> => {
    const { volume } = observed;
    if (!volume)
      return elapsed(wanted, now) < creationWindowMilliseconds
        ? wait(wanted, now, 'the volume is not visible yet')
        : lost(wanted, 'the volume is gone; it was deleted outside of the platform');
    switch (volume.state) {
      case 'creating':
        return wait(wanted, now, 'the volume is being made');
      case 'deleting':
      case 'deleted':
        return lost(wanted, 'the volume was deleted outside of the platform');
      case 'error':
        return lost(wanted, 'EBS says that the volume has failed');
      default:
        return (
          place(wanted, volume, observed.instance, now) ??
          reshape(wanted, volume, now) ??
          converged(wanted, observed.instance, now)
        );
    }
  };

  return {
    kind: volumeKind.kind,

    async observe(resources, signal) {
      const made = resources.flatMap(({ provider_id }) => (provider_id ? [provider_id] : []));
      // What was asked for and shows in no record may be there nevertheless.
      const uncertain = resources.filter(
        ({ deleted_at, provider_id, creation }) => deleted_at && creation && !provider_id,
      );
      const [byId, byRecord, hosts] = await Promise.all([
        made.length > 0 ? storage.describe(made, signal) : new Map<string, BlockVolume>(),
        uncertain.length > 0
          ? storage.findByRecord(
              uncertain.map(({ id }) => id),
              signal,
            )
          : new Map<string, BlockVolume>(),
        Promise.all(
          resources.map(({ tenant, instance_id, deleted_at }) =>
            instance_id && !deleted_at ? instances.find(tenant, instance_id, { signal }) : undefined,
          ),
        ),
      ]);
      return new Map(
        resources.map((resource, index): [string, ObservedVolume] => [
          resource.id,
          {
            volume: resource.provider_id ? byId.get(resource.provider_id) : byRecord.get(resource.id),
            instance: hosts[index],
          },
        ]),
      );
    },

    reconcile(wanted, observed = {}, now) {
      if (wanted.deleted_at) return end(wanted, observed.volume, now);
      if (!wanted.provider_id) return make(wanted, now);
      return keep(wanted, observed, now);
    },
  };
};
