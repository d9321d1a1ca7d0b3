import { onBehalfOf } from '../../platform/auth/on-behalf-of.ts';
import { CloudError, retryable } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { NewId } from '../../platform/ids.ts';
import type { Called } from '../../platform/lifecycle/types.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import {
  type BulkInstances,
  type InstanceRecord,
  type LaunchTemplate,
  namesFor,
} from '../instances/service.ts';
import { beginActivity } from './activities.ts';
import { failedLaunch } from './back-off.ts';
import { launchPorts } from './ports.ts';
import { currentCount, type ScalingGroupRecord, scalingGroupKind } from './record.ts';

type Group = ScalingGroupRecord;

export interface LaunchingOptions {
  store: Pick<ResourceStore<Group>, 'plan'>;
  bulk: Pick<BulkInstances, 'launchMany'>;
  newId: NewId;
}

/** The platform, acting for a group's owner. */
export const callerFor = (group: Group, signal: AbortSignal): Caller =>
  onBehalfOf(
    {
      tenant: group.tenant,
      user: group.user_id,
      requestId: `${group.id}:${group.version}`,
      by: 'autoscaling',
      homeZone: group.home_zone,
    },
    signal,
  );

/** What a group launches now. */
export const templateOf = (group: Omit<Group, 'members'>): LaunchTemplate => ({
  image: group.image,
  ports: launchPorts(group.ports),
  vpc_id: group.vpc_id,
  subnet_id: group.subnet_id,
  security_group_ids: group.security_group_ids,
  instance_type: group.instance_type,
  tags: group.tags,
  termination_protection: false,
});

/** What a group waits for once all that was missing is launched; `undefined` where it has more to do. */
export type WaitAfter = (group: Group, launched: readonly InstanceRecord[]) => Partial<Group> | undefined;

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** What a launch was refused for, where it was: not what a repeat cures by itself. */
const refusalOf = (error: unknown): CloudError => {
  if (error instanceof CloudError && !retryable[error.kind]) return error;
  throw error;
};

/**
 * Launches a group's missing instances: instances, the record that knows them as members, and where there is none under way
 * the activity, in one transaction under the record's version. So a repeat after a crash, and a message that comes twice,
 * launch nothing twice. Where nothing else is to be done, the same transaction says when to look again.
 */
export const createLauncher = ({ store, bulk, newId }: LaunchingOptions) => {
  /** @param waitAfter where these are all that are missing */
  const attempt = async (
    group: Group,
    count: number,
    now: number,
    signal: AbortSignal,
    waitAfter?: WaitAfter,
  ): Promise<Called<Group> | undefined> => {
    let written: Called<Group> | undefined;
    const names = namesFor(group.name.replaceAll(/[^A-Za-z0-9_-]+/g, '-'), count, newId);
    const watcher = { kind: scalingGroupKind.kind, id: group.id };
    const isNew = group.open_activities.length === 0;
    const id = newId();
    const cause = 'instances were missing';
    const all = await bulk.launchMany(callerFor(group, signal), templateOf(group), names, {
      scalingGroupId: group.id,
      detailedMonitoring: group.policies.length > 0,
      watchedBy: watcher,
      extra: (instances) => {
        const launched = instances.map((instance) => [
          instance.id,
          { launched_at: iso(now), image: group.image },
        ]);
        const members = { ...group.members, ...Object.fromEntries(launched) };
        const open_activities = isNew ? [{ id, scales: true }] : group.open_activities;
        const activity = { id, cause, from: currentCount(group), to: group.desired_count };
        const set = { members, open_activities };
        const wait = waitAfter?.({ ...group, ...set }, instances);
        const { after, write } = store.plan(group, { set: { ...set, ...wait } });
        written = { record: after, waiting: wait !== undefined };
        return [write, ...(isNew ? [beginActivity(group, activity, now)] : [])];
      },
    });
    return all && written;
  };

  /**
   * @returns the record's change where nothing could be launched; the record as it was written where all or some of it was;
   * `undefined` where somebody else changed the record
   */
  return async (
    group: Group,
    count: number,
    now: number,
    signal: AbortSignal,
    waitAfter: WaitAfter,
  ): Promise<Called<Group> | undefined> => {
    for (let some = count; ; some = Math.floor(some / 2)) {
      try {
        return await attempt(group, some, now, signal, some === count ? waitAfter : undefined);
      } catch (error) {
        const refusal = refusalOf(error);
        // A quota may have room for some of them.
        if (refusal.type === 'RESOURCE_LIMIT_EXCEEDED' && some > 1) continue;
        return failedLaunch(group, refusal.message, { now, newId });
      }
    }
  };
};
export type Launcher = ReturnType<typeof createLauncher>;
