import type { Clock } from '../../platform/clock.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { NewId } from '../../platform/ids.ts';
import { requested } from '../../platform/lifecycle/requested.ts';
import type { LifecycleEvent } from '../../platform/table/resource.ts';
import type { VolumeRecord } from './record.ts';

/** What may be asked of a volume, as its history shows it. */
export type VolumeAction =
  | 'create'
  | 'restore'
  | 'attach'
  | 'detach'
  | 'grow'
  | 'modify'
  | 'update'
  | 'delete';

const ofAttachment: ReadonlySet<string> = new Set(['attach', 'detach']);

/**
 * A new request's event. A volume's growth, its creation and its attachment go on beside each other; an attachment
 * replaces only another, and a delete all that was under way.
 */
export const asked = (
  parts: { newId: NewId; clock: Clock },
  caller: Caller,
  action: VolumeAction,
  current: Pick<VolumeRecord, 'event'>,
): LifecycleEvent => {
  const event = requested(parts, caller, action);
  const replaces =
    action === 'delete' || (ofAttachment.has(action) && ofAttachment.has(current.event?.action ?? ''));
  return replaces ? event : { ...event, besides: true };
};
