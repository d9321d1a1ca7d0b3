import type { Clock } from '../../platform/clock.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { NewId } from '../../platform/ids.ts';
import type { LifecycleEvent } from '../../platform/table/resource.ts';

export type InstanceAction = 'launch' | 'start' | 'stop' | 'restart' | 'update' | 'terminate';

/** The event that says who asked for what, and when. */
export const requested = (
  { newId, clock }: { newId: NewId; clock: Clock },
  caller: Caller,
  action: InstanceAction,
): LifecycleEvent => {
  const id = newId();
  return {
    id,
    action_id: id,
    action,
    phase: 'requested',
    at: new Date(clock.now()).toISOString(),
    user: caller.principal.user,
    request_id: caller.requestId,
  };
};
