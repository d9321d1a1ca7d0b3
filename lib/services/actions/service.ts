import { invalid } from '../../platform/errors/index.ts';
import { parseId } from '../../platform/ids.ts';
import { actionKey, actionsPartition } from '../../platform/table/keys.ts';
import type { Item, Tables } from '../../platform/table/types.ts';
import type { Action, ActionEvent } from './schema.ts';

/** Days that an action is remembered. */
const keptDays = 90;
const daySeconds = 86_400;

/** Signals that the end of an action is known already. */
class AlreadyEnded extends Error {}

const once = {
  when: { expression: 'attribute_not_exists(#outcome)', names: { '#outcome': 'outcome' } },
  otherwise: () => new AlreadyEnded(),
};

const actionOf = (item: Item): Action => ({
  id: String(item.sk),
  action: String(item.action),
  user: item.user as string | undefined,
  request_id: item.request_id as string | undefined,
  // The end may be known before the beginning: messages come in any order.
  requested_at: String(item.requested_at ?? item.completed_at),
  completed_at: item.completed_at as string | undefined,
  state: item.state as string | undefined,
  outcome: (item.outcome as Action['outcome'] | undefined) ?? 'pending',
  error: item.error as string | undefined,
});

/**
 * An update is made while something else is under way, and both come to their end together, of which only the later
 * one hears. What is still pending below an ended one has ended like it.
 */
const withEnds = (newestFirst: readonly Action[], later: Action | undefined): Action[] => {
  let ended = later;
  return newestFirst.map((action) => {
    if (action.outcome !== 'pending') {
      ended = action;
      return action;
    }
    if (!ended) return action;
    const { outcome, completed_at, error } = ended;
    return { ...action, outcome, completed_at, error };
  });
};

/** What was done to each resource, for 90 days: written from the bus, read by the resource's owner. */
export const createActions = ({ tables }: { tables: Tables }) => ({
  /** Takes in one event. The same one twice, or the end before the beginning, makes no difference. */
  async record(event: ActionEvent, signal?: AbortSignal): Promise<void> {
    const { kind, tenant, resource_id, action_id, action, user, request_id, at, error } = event;
    const expires_at = Math.ceil(Date.parse(at) / 1000) + keptDays * daySeconds;
    const update = actionKey(tenant, kind, resource_id, action_id);
    const state = event.phase === 'observed' ? event.status : undefined;
    const common = { action, user, request_id, expires_at, state };
    if (event.phase === 'requested') {
      await tables.write({ update, set: { ...common, requested_at: at } }, { signal });
      return;
    }
    const outcome = event.phase === 'failed' ? 'failed' : 'succeeded';
    try {
      await tables.write(
        { update, set: { ...common, completed_at: at, outcome, error }, ...once },
        { signal },
      );
    } catch (problem) {
      if (!(problem instanceof AlreadyEnded)) throw problem;
    }
  },

  /**
   * What was done to one resource, newest first. Whether the resource is the tenant's is the caller's to check.
   *
   * @param options `limit` 1 to 100 (default 20); `cursor` as given with the page before
   * @throws CloudError `INVALID_INPUT` for a cursor that no page gave
   */
  async list(
    { tenant, kind, id }: { tenant: string; kind: string; id: string },
    options: { limit?: number; cursor?: string; signal?: AbortSignal } = {},
  ): Promise<{ items: Action[]; nextCursor?: string }> {
    const { limit = 20, cursor, signal } = options;
    if (cursor !== undefined && !parseId(cursor)) throw invalid('cursor', 'is not one that a page has given');
    const partition = actionsPartition(tenant, kind, id);
    const read = (query: object, count: number) =>
      tables.queryPage({ table: 'ephemeral', partition, descending: true, limit: count, signal, ...query });
    const start = cursor === undefined ? {} : { sort: { before: cursor } };
    const [page, above] = await Promise.all([
      read(start, limit + 1),
      cursor === undefined ? undefined : read({ sort: { between: [cursor, cursor] } }, 1),
    ]);
    const later = above?.items[0] && actionOf(above.items[0]);
    const items = withEnds(
      page.items.slice(0, limit).map(actionOf),
      later?.outcome === 'pending' ? undefined : later,
    );
    const last = items.at(-1);
    return last && page.items.length > limit ? { items, nextCursor: last.id } : { items };
  },
});

export type Actions = ReturnType<typeof createActions>;
