import type { Clock } from '../../platform/clock.ts';
import { CloudError } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { NewId } from '../../platform/ids.ts';
import { requested } from '../../platform/lifecycle/requested.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import { decideStop } from './decisions.ts';
import type { TenantChange } from './observed-event.ts';
import type { InstanceRecord } from './record.ts';

export interface SuspensionOptions {
  store: Pick<ResourceStore<InstanceRecord>, 'list' | 'change'>;
  clock: Clock;
  newId: NewId;
}

/** What an instance may answer that is no reason to stop stopping the others. */
const passes = (error: unknown): boolean =>
  error instanceof CloudError && (error.type === 'NOT_FOUND' || error.type === 'INSTANCE_NOT_RUNNING');

const atOnce = 10;

/** Somebody who stops instances on an administrator's behalf; the action history shows the administrator. */
const onBehalfOf = ({ tenant, user, eventId, requestId }: TenantChange, signal: AbortSignal): Caller => ({
  requestId: requestId ?? eventId,
  signal,
  viewerAddress: '',
  userAgent: 'thecloud-observer',
  principal: {
    tenant,
    user: user ?? 'platform',
    role: 'platform',
    permissions: new Set(['instance:update']),
    credential: { kind: 'token', id: eventId },
  },
});

/** Stops every instance of a suspended tenant. A repeat stops what is left. @returns how many it looked at */
export const createSuspension = ({ store, ...sources }: SuspensionOptions) => {
  return async (change: TenantChange, signal: AbortSignal): Promise<number> => {
    if (change.action !== 'suspend') return 0;
    const caller = onBehalfOf(change, signal);
    const stop = ({ id }: InstanceRecord) => {
      const event = requested(sources, caller, 'stop');
      const decide = (current: InstanceRecord) => {
        const set = decideStop(current);
        return set && { set: { ...set, event }, intent: true };
      };
      return store
        .change(caller, id, decide, () => undefined)
        .catch((error: unknown) => {
          if (!passes(error)) throw error;
        });
    };
    let seen = 0;
    let cursor: string | undefined;
    do {
      const page = await store.list(change.tenant, { cursor, signal });
      for (let start = 0; start < page.items.length; start += atOnce) {
        await Promise.all(page.items.slice(start, start + atOnce).map(stop));
      }
      seen += page.items.length;
      cursor = page.nextCursor;
    } while (cursor);
    return seen;
  };
};
