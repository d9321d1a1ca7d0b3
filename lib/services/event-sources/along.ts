import { alongWith } from '../../platform/lifecycle/requested.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { Reconciled } from '../../platform/table/resource.ts';
import type { Tables } from '../../platform/table/types.ts';
import { eventSourceIdsOf } from './of-function.ts';
import type { EventSourceRecord } from './record.ts';

export interface AlongOptions {
  tables: Pick<Tables, 'query'>;
  store: Pick<ResourceStore<EventSourceRecord>, 'removeAlong'>;
}

/** Deletes the event sources of a function that is being deleted. Safe to repeat. */
export const takeEventSourcesAlong =
  ({ tables, store }: AlongOptions) =>
  async (owner: Reconciled, signal: AbortSignal): Promise<void> => {
    const at = owner.deleted_at ?? owner.updated_at;
    for (const id of await eventSourceIdsOf(tables, owner.tenant, owner.id, signal))
      await store.removeAlong(owner.tenant, id, { set: { event: alongWith(id, at, owner.event) } }, signal);
  };
