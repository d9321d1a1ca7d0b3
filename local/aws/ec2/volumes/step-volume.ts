import { type VolumeEvent, volumeNotification } from '../engine/ebs-events.ts';
import type { EventSource } from '../engine/event-source.ts';
import type { Settings } from '../engine/settings.ts';
import type { Collections } from '../store/account-store.ts';
import type { Scope } from '../store/collection.ts';
import type { VolumeRecord } from '../store/records.ts';

interface Parts {
  collections: Collections;
  settings: Settings;
  events: EventSource;
}

const isDue = (due: number | undefined, now: number): boolean => due !== undefined && due <= now;

/** Brings what the instance shows of a volume in line with the volume's own attachment. */
const showAttached = (
  { collections }: Parts,
  scope: Scope,
  volume: VolumeRecord,
  instanceId: string,
): void => {
  const instance = collections.instances.find(scope, instanceId);
  if (!instance) return;
  const isAttached = volume.attachment !== undefined;
  collections.instances.put(scope, {
    ...instance,
    volumes: instance.volumes.flatMap((one) => {
      if (one.volumeId !== volume.id) return [one];
      return isAttached ? [{ ...one, status: undefined }] : [];
    }),
  });
};

/** `modifying` → `optimizing`, when the new size can be used → `completed`. */
const stepModification = (volume: VolumeRecord, settings: Settings, now: number): VolumeRecord => {
  const { modification } = volume;
  if (!modification) return volume;
  if (modification.state === 'modifying')
    return {
      ...volume,
      ...modification.to,
      modification: { ...modification, state: 'optimizing', due: now + settings.modificationMilliseconds },
    };
  return { ...volume, modification: { ...modification, state: 'completed', due: undefined, endedAt: now } };
};

/** A volume becomes available, attached, detached, modified or gone, with AWS's event where there is one. */
export const stepVolume =
  (parts: Parts) =>
  (scope: Scope, before: VolumeRecord, now: number): void => {
    const { collections, settings, events } = parts;
    const tell = (event: VolumeEvent): void => events.note(volumeNotification(scope, before.id, event));
    if (isDue(before.deletingUntil, now)) {
      collections.volumes.delete(scope, before.id);
      tell({ event: 'deleteVolume', result: 'deleted' });
      return;
    }
    let volume = before;
    if (isDue(volume.creatingUntil, now)) {
      volume = { ...volume, creatingUntil: undefined };
      tell({ event: 'createVolume', result: 'available' });
    }
    if (isDue(volume.modification?.due, now)) {
      volume = stepModification(volume, settings, now);
      const result = volume.modification?.state === 'completed' ? 'completed' : 'optimizing';
      tell({ event: 'modifyVolume', result });
    }
    const { attachment } = volume;
    if (attachment?.moving && isDue(attachment.moving.due, now)) {
      const isAttached = attachment.moving.to === 'attached';
      volume = { ...volume, attachment: isAttached ? { ...attachment, moving: undefined } : undefined };
      showAttached(parts, scope, volume, attachment.instanceId);
    }
    collections.volumes.put(scope, volume);
  };
