import type { Clock } from '../../platform/clock.ts';
import { invalid } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { NewId } from '../../platform/ids.ts';
import { requested } from '../../platform/lifecycle/requested.ts';
import { fromItem } from '../../platform/store/record.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import { resourceKey } from '../../platform/table/keys.ts';
import type { Tables, Write } from '../../platform/table/types.ts';
import { type Decision, decideRestart, decideStart, decideStop } from './decisions.ts';
import { type InstanceRecord, instanceKind } from './record.ts';
import { maxTags } from './tags.ts';

export interface InstancePlansOptions {
  store: Pick<ResourceStore<InstanceRecord>, 'plan'>;
  tables: Pick<Tables, 'batchGet'>;
  clock: Clock;
  newId: NewId;
}

/** One instance's change as part of somebody else's transaction: it fails with `VersionMoved` where the record has moved on. */
export interface PlannedChange {
  writes: readonly Write[];
  /** The record as it will be. */
  after: InstanceRecord;
}

const decisions = { stop: decideStop, start: decideStart, restart: decideRestart } as const satisfies Record<
  string,
  (current: InstanceRecord) => Decision
>;

/** What users ask of one instance, planned for many: for the platform's own parts, such as batch jobs. */
export const createInstancePlans = (options: InstancePlansOptions) => {
  const { store, tables } = options;
  return {
    /** Instances by id, tombstones included, strongly consistent; those that are not the tenant's are left out. */
    async many(
      tenant: string,
      ids: readonly string[],
      signal?: AbortSignal,
    ): Promise<Map<string, InstanceRecord>> {
      const keys = ids.map((id) => resourceKey(tenant, instanceKind.kind, id));
      const items = await tables.batchGet(keys, { consistent: true, signal });
      return new Map(items.map((item) => [String(item.sk), fromItem(instanceKind, item)]));
    },

    /**
     * Stops, starts or restarts, as the request for the one instance does. Nothing to write where that is wanted already.
     * @throws CloudError as `Instances.stop`, `start` and `restart`
     */
    action(caller: Caller, instance: InstanceRecord, action: keyof typeof decisions): PlannedChange {
      const set = decisions[action](instance);
      if (!set) return { writes: [], after: instance };
      const event = requested(options, caller, action);
      const { after, write } = store.plan(instance, { set: { ...set, event }, intent: true });
      return { writes: [write], after };
    },

    /** Sets and takes away tags, of which EC2 is not told. @throws CloudError `INVALID_INPUT` for too many */
    tags(
      caller: Caller,
      instance: InstanceRecord,
      { set = {}, remove = [] }: { set?: Record<string, string>; remove?: readonly string[] },
    ): PlannedChange {
      const kept = Object.entries(instance.tags ?? {}).filter(([key]) => !remove.includes(key));
      const tags = { ...Object.fromEntries(kept), ...set };
      if (Object.keys(tags).length > maxTags) throw invalid('tags', `at most ${maxTags} tags`);
      const phase = instance.observed_generation < instance.generation ? 'requested' : 'succeeded';
      const event = { ...requested(options, caller, 'update'), phase } as const;
      const { after, write } = store.plan(instance, { set: { tags, event } });
      return { writes: [write], after };
    },
  };
};

export type InstancePlans = ReturnType<typeof createInstancePlans>;
