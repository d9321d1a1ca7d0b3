import type { Clock } from '../clock.ts';
import type { Caller } from '../http/caller.ts';
import type { NewId } from '../ids.ts';
import type { LifecycleEvent } from '../table/resource.ts';

/** The event that says who asked for what, and when. @param action for example `launch`, `create`, `delete` */
export const requested = (
  { newId, clock }: { newId: NewId; clock: Clock },
  caller: Caller,
  action: string,
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

/** The event of what goes along with something that a user deleted: the platform's own doing. */
export const alongWith = (id: string, at: string, cause?: LifecycleEvent): LifecycleEvent => ({
  id: `${id}:along`,
  action_id: `${id}:along`,
  action: 'delete',
  phase: 'requested',
  at,
  ...(cause?.user && { user: cause.user }),
  ...(cause?.request_id && { request_id: cause.request_id }),
});
