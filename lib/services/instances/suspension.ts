import { onBehalfOf } from '../../platform/auth/on-behalf-of.ts';
import { identityKeys } from '../../platform/auth/records.ts';
import type { Clock } from '../../platform/clock.ts';
import { CloudError } from '../../platform/errors/index.ts';
import type { NewId } from '../../platform/ids.ts';
import { requested } from '../../platform/lifecycle/requested.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { Write } from '../../platform/table/types.ts';
import { decideStop } from './decisions.ts';
import type { TenantChange } from './observed-event.ts';
import type { InstanceRecord } from './record.ts';

export interface SuspensionOptions {
  store: Pick<ResourceStore<InstanceRecord>, 'list' | 'change'>;
  clock: Clock;
  newId: NewId;
  /** Has the last look at a suspension come after `lastSweepSeconds`, durably. */
  sweepLater(change: TenantChange, signal: AbortSignal): Promise<void>;
}

export interface Swept {
  /** How many instances were looked at. */
  instances: number;
  /** The tenant was resumed, or suspended anew, since: what is left is not this suspension's to stop. */
  superseded?: true;
}

/**
 * So long after a suspension a request that began under a cached credential may still launch or start something: 20 s
 * of the cache (`lib/platform/auth/create-authenticator.ts`) and 29 s of the request; the rest is for clocks that differ.
 */
export const lastSweepSeconds = 60;

/** The tenant's latest event is another one. Never leaves this file. */
class Superseded extends Error {}

/** What an instance may answer that is no reason to stop stopping the others. */
const passes = (error: unknown): boolean =>
  error instanceof CloudError && (error.type === 'NOT_FOUND' || error.type === 'INSTANCE_NOT_RUNNING');

/** Each stop checks the tenant's one item, and DynamoDB lets transactions on one item conflict: few at a time. */
const atOnce = 4;

/** Holds while this suspension is the last that was said about the tenant. */
const stillSuspended = ({ tenant, eventId }: TenantChange): Write => ({
  check: identityKeys.tenant(tenant),
  when: {
    expression: '#event.#action_id = :event',
    names: { '#event': 'event', '#action_id': 'action_id' },
    values: { ':event': eventId },
  },
  otherwise: () => new Superseded(),
});

/**
 * Stops every instance of a suspended tenant, at once and again when no cached credential can have launched or started
 * another. Each stop holds only where the suspension does, in the same transaction: a repeat stops what is left of a tenant
 * that is still suspended, and nothing of one that was resumed.
 */
export const createSuspension = ({ store, sweepLater, ...sources }: SuspensionOptions) => {
  const sweep = async (change: TenantChange, signal: AbortSignal, swept: Swept): Promise<void> => {
    // The action history shows the administrator.
    const { tenant, user, eventId, requestId = eventId } = change;
    const caller = onBehalfOf(
      { tenant, user, requestId, by: 'observer', permissions: ['instance:update'] },
      signal,
    );
    const stop = ({ id }: InstanceRecord) => {
      const event = requested(sources, caller, 'stop');
      const decide = (current: InstanceRecord) => {
        const set = decideStop(current);
        return set && { set: { ...set, event }, intent: true, extra: [stillSuspended(change)] };
      };
      return store
        .change(caller, id, decide, () => undefined)
        .catch((error: unknown) => {
          if (!passes(error)) throw error;
        });
    };
    let cursor: string | undefined;
    do {
      const page = await store.list(change.tenant, { cursor, signal });
      for (let start = 0; start < page.items.length; start += atOnce) {
        const some = page.items.slice(start, start + atOnce);
        await Promise.all(some.map(stop));
        swept.instances += some.length;
      }
      cursor = page.nextCursor;
    } while (cursor);
  };

  return async (change: TenantChange, signal: AbortSignal): Promise<Swept> => {
    const swept: Swept = { instances: 0 };
    if (change.action !== 'suspend') return swept;
    if (!change.last) await sweepLater(change, signal);
    try {
      await sweep(change, signal, swept);
    } catch (error) {
      if (!(error instanceof Superseded)) throw error;
      swept.superseded = true;
    }
    return swept;
  };
};
