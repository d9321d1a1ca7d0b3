import type { InstanceStateName } from '@aws-sdk/client-ec2';
import type { AccountLimits } from './engine/account-limits.ts';
import type { Cloud } from './engine/cloud.ts';
import type { Fault } from './engine/faults.ts';
import type { InstanceListener } from './engine/lifecycle.ts';
import { type Delays, idleLoad } from './engine/settings.ts';
import { stateReasons } from './engine/state-reasons.ts';
import { type InspectedResource, inspectResources } from './inspect-resources.ts';
import { associatedWith } from './network/associations.ts';
import { findTagged } from './rules/tagged-resources.ts';
import { accountStore, scopeOf } from './store/account-store.ts';
import type { Scope } from './store/collection.ts';
import type { InstanceRecord, Load, Tags } from './store/records.ts';

/** An instance's load as CloudWatch sees it. Times are milliseconds since the epoch. */
export interface InstanceLoad extends Load {
  /** There are no samples from before. */
  runningSince: number;
  /** Since when monitoring is detailed; undefined: it is not. */
  detailedSince?: number;
  /** Loads of before, oldest first, each until when it was in force. */
  earlier: (Load & { until: number })[];
}

export interface InspectedInstance {
  instanceId: string;
  account: string;
  region: string;
  state: InstanceStateName;
  instanceType: string;
  imageId: string;
  subnetId: string;
  privateAddress: string;
  clientToken?: string;
  groupIds: string[];
  tags: Tags;
}

/** What an operator or a test can do to the stand-in; none of it exists on AWS. */
export interface Ec2Controls {
  /** Sets what CloudWatch will report of an instance until it stops. @throws Error for an unknown instance */
  setLoad(instanceId: string, load: Load): void;
  /** Sets it for all running instances, and for those that come later until one is set for them. */
  setLoadOfAll(load: Load): void;
  /** What is set, or undefined. */
  load(instanceId: string): Load | undefined;
  /** For CloudWatch: the load of a running instance, the idle one if none was set; undefined when it doesn't run. */
  loadOf(account: string, instanceId: string): InstanceLoad | undefined;
  /** Terminates behind the platform's back, with AWS's event. @throws Error for an unknown instance */
  kill(instanceId: string): void;
  /** Drops the next events, of instances, volumes and snapshots. */
  loseNextEvent(count?: number): void;
  /**
   * Lets the next boots fail after they were accepted, with Server.InternalError: a launch ends `terminated`, a start
   * `stopped`.
   */
  failNextBoot(count?: number): void;
  setBootMilliseconds(milliseconds: number): void;
  setVisibilityDelay(milliseconds: number): void;
  /** How long other things take from now on; see Ec2Options. */
  setDelays(delays: Partial<Delays>): void;
  setAccountLimits(limits: Partial<AccountLimits>): void;
  /** The limits as they are. */
  accountLimits(): AccountLimits;
  faults: {
    /** Answers a function that removes the fault. */
    add(fault: Fault): () => void;
    list(): Fault[];
    clear(): void;
  };
  /** Every instance that AWS would show, of one account or of all, terminated ones included. */
  inspect(account?: string): InspectedInstance[];
  /** Told of each change of an instance's state, and of what it serves; the answer ends the subscription. */
  watch(listener: InstanceListener): () => void;
  /** The port of 127.0.0.1 where an instance serves a host port of its own; undefined where nothing listens. */
  portOf(instanceId: string, hostPort: number): number | undefined;
  /** Everything else that may be left behind, of one account or of all. Rules and root volumes count, too. */
  inspectResources(account?: string): InspectedResource[];
  /**
   * The tags of any resource, for policies with conditions on them; undefined where there is no such resource. The id
   * may be that of an association, of which `resourceType` says which side is meant.
   */
  tagsOf(account: string, region: string, resourceId: string, resourceType?: string): Tags | undefined;
  /** Forgets every resource of every account, all faults, and used-up budgets. */
  reset(): void;
}

/** Loads of before that are kept of an instance. */
const keptLoads = 50;

const inspected = (scope: Scope, instance: InstanceRecord): InspectedInstance => {
  const [account = '', region = ''] = scope.split('/');
  return {
    instanceId: instance.id,
    account,
    region,
    state: instance.state,
    instanceType: instance.instanceType,
    imageId: instance.imageId,
    subnetId: instance.subnetId,
    privateAddress: instance.privateAddress,
    clientToken: instance.clientToken,
    groupIds: instance.groupIds,
    tags: instance.tags,
  };
};

const checkPercent = (name: string, value: number | undefined): void => {
  if (value !== undefined && !(value >= 0 && value <= 100))
    throw new RangeError(`${name} must be from 0 to 100, not ${value}`);
};

export const openControls = (cloud: Cloud): Ec2Controls => {
  const { collections, settings, faults } = cloud;

  const get = (instanceId: string): { scope: Scope; record: InstanceRecord } => {
    const found = collections.instances.anywhere(instanceId);
    if (!found) throw new Error(`There is no instance ${instanceId}`);
    return found;
  };

  const checkLoad = ({ cpuPercent, memoryPercent }: Load): void => {
    checkPercent('cpuPercent', cpuPercent);
    checkPercent('memoryPercent', memoryPercent);
  };

  const putLoad = ({ scope, record }: { scope: Scope; record: InstanceRecord }, load: Load): void => {
    const before = { until: cloud.timers.now(), load: record.load ?? settings.defaultLoad };
    const earlierLoads = [...(record.earlierLoads ?? []), before].slice(-keptLoads);
    collections.instances.put(scope, { ...record, load, earlierLoads });
  };

  return {
    setLoad(instanceId, load) {
      checkLoad(load);
      putLoad(get(instanceId), load);
    },
    setLoadOfAll(load) {
      checkLoad(load);
      for (const found of collections.instances.everywhere())
        if (found.record.state === 'running') putLoad(found, load);
      settings.defaultLoad = load;
    },
    load: (instanceId) => collections.instances.anywhere(instanceId)?.record.load,
    loadOf(account, instanceId) {
      const found = collections.instances.anywhere(instanceId);
      if (!found?.scope.startsWith(`${account}/`) || found.record.state !== 'running') return undefined;
      const { load = settings.defaultLoad, earlierLoads = [], launchTime, monitoringSince } = found.record;
      return {
        ...load,
        runningSince: launchTime,
        detailedSince: monitoringSince,
        earlier: earlierLoads.map(({ until, load: before }) => ({ ...before, until })),
      };
    },
    kill(instanceId) {
      const { scope, record } = get(instanceId);
      if (record.state === 'terminated' || record.state === 'shutting-down') return;
      cloud.transactions.run(() => cloud.lifecycle.terminate(scope, record, stateReasons.hostFailure));
      cloud.lifecycle.wake();
    },
    loseNextEvent: (count = 1) => {
      settings.eventsToLose += count;
    },
    failNextBoot: (count = 1) => {
      settings.bootsToFail += count;
    },
    setBootMilliseconds: (milliseconds) => {
      settings.bootMilliseconds = milliseconds;
    },
    setVisibilityDelay: (milliseconds) => {
      settings.visibilityDelayMilliseconds = milliseconds;
    },
    setDelays: (delays) => {
      Object.assign(settings, delays);
    },
    setAccountLimits: (limits) => {
      Object.assign(cloud.limits, limits);
    },
    accountLimits: () => ({ ...cloud.limits }),
    faults: {
      add: (fault) => faults.add(fault),
      list: () => faults.list(),
      clear: () => faults.clear(),
    },
    inspect: (account) =>
      collections.instances
        .everywhere()
        .filter(({ scope }) => account === undefined || scope.startsWith(`${account}/`))
        .map(({ scope, record }) => inspected(scope, record)),
    watch: (listener) => cloud.lifecycle.subscribe(listener),
    portOf: (instanceId, hostPort) => cloud.lifecycle.workloads.portOf(instanceId, hostPort),
    inspectResources: (account) => inspectResources(collections, account),
    tagsOf(account, region, resourceId, resourceType) {
      const store = accountStore(collections, scopeOf({ account, region }));
      return findTagged(associatedWith(resourceId, resourceType, store) ?? resourceId, store)?.tags;
    },
    reset() {
      for (const { scope, record } of collections.instances.everywhere())
        cloud.lifecycle.touch(scope, record.id);
      for (const collection of Object.values(collections)) collection.clear();
      faults.clear();
      cloud.throttle.refill();
      settings.eventsToLose = 0;
      settings.bootsToFail = 0;
      settings.defaultLoad = idleLoad;
      cloud.lifecycle.wake();
    },
  };
};
