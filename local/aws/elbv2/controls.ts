import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Fault } from '../ec2/index.ts';
import { scopeOf } from '../ec2/store/account-store.ts';
import { actions } from './actions/index.ts';
import type { AccountLimits } from './engine/account-limits.ts';
import type { Cloud } from './engine/cloud.ts';
import { findTags } from './rules/tagged.ts';
import { accountStore } from './store/account-store.ts';
import type { BalancerRecord, Tags } from './store/records.ts';
import { addressOf, balancerView } from './views/balancer-view.ts';

export interface InspectedTarget {
  instanceId: string;
  port: number;
  /** Of 127.0.0.1; absent where nothing listens. */
  localPort?: number;
  health: TargetHealth;
  /** Requests under way. */
  outstanding: number;
}

export interface InspectedTargetGroup {
  arn: string;
  name: string;
  weight: number;
  targets: InspectedTarget[];
}

export interface InspectedBalancer {
  arn: string;
  name: string;
  account: string;
  region: string;
  state: string;
  /** `127.0.0.1:<port>` once a listener listens. */
  address: string;
  vpcId: string;
  subnetIds: string[];
  groupIds: string[];
  tags: Tags;
  listeners: { port: number; protocol: string; localPort?: number; targetGroups: InspectedTargetGroup[] }[];
}

/** What an operator or a test can do to the stand-in; none of it exists on AWS. */
export interface Elbv2Controls {
  /** Every balancer, of one account or of all, with what it forwards to. */
  inspect(account?: string): InspectedBalancer[];
  /** The tags of a resource by its ARN; undefined where there is no such resource. */
  tagsOf(account: string, region: string, arn: string): Tags | undefined;
  /** For balancers made from now on. */
  setProvisioningMilliseconds(milliseconds: number): void;
  /** The longest time between two health checks of a target. */
  setProbeMilliseconds(milliseconds: number): void;
  setAccountLimits(limits: Partial<AccountLimits>): void;
  /** Names of the actions that a fault can be for. */
  actions: readonly string[];
  faults: {
    /** Answers a function that removes the fault. */
    add(fault: Fault): () => void;
    list(): Fault[];
    clear(): void;
  };
  /** Forgets every resource of every account, all faults, and used-up budgets. */
  reset(): Promise<void>;
}

export const openControls = (cloud: Cloud): Elbv2Controls => {
  const { collections, settings, faults, dataPlane, ec2, timers } = cloud;

  const inspectGroup = (scope: string, arn: string, weight: number): InspectedTargetGroup => {
    const { groups, targets } = accountStore(collections, scope);
    return {
      arn,
      name: groups.find(arn)?.name ?? '',
      weight,
      targets: targets.where('group_arn', arn).map((target) => ({
        instanceId: target.instanceId,
        port: target.port,
        localPort: ec2.reach(target.instanceId, target.port),
        health: dataPlane.healthOf(scope, target),
        outstanding: dataPlane.outstandingOf(target.id),
      })),
    };
  };

  const inspectBalancer = (scope: string, balancer: BalancerRecord): InspectedBalancer => {
    const [account = '', region = ''] = scope.split('/');
    const { listeners } = accountStore(collections, scope);
    const { State: state } = balancerView(balancer, { listeners, now: timers.now() });
    return {
      arn: balancer.id,
      name: balancer.name,
      account,
      region,
      state: state?.Code ?? '',
      address: addressOf(balancer, { listeners }),
      vpcId: balancer.vpcId,
      subnetIds: balancer.subnets.map(({ subnetId }) => subnetId),
      groupIds: balancer.groupIds,
      tags: balancer.tags,
      listeners: listeners
        .where('balancer_arn', balancer.id)
        .map(({ port, protocol, localPort, forward }) => ({
          port,
          protocol,
          localPort,
          targetGroups: forward.map(({ targetGroupArn, weight }) =>
            inspectGroup(scope, targetGroupArn, weight),
          ),
        })),
    };
  };

  return {
    inspect: (account) =>
      collections.balancers
        .everywhere()
        .filter(({ scope }) => account === undefined || scope.startsWith(`${account}/`))
        .map(({ scope, record }) => inspectBalancer(scope, record)),
    tagsOf: (account, region, arn) => findTags(arn, accountStore(collections, scopeOf({ account, region }))),
    setProvisioningMilliseconds: (milliseconds) => {
      settings.provisioningMilliseconds = milliseconds;
    },
    setProbeMilliseconds: (milliseconds) => {
      settings.probeMilliseconds = milliseconds;
    },
    setAccountLimits: (limits) => {
      Object.assign(cloud.limits, limits);
    },
    actions: Object.keys(actions),
    faults: {
      add: (fault) => faults.add(fault),
      list: () => faults.list(),
      clear: () => faults.clear(),
    },
    async reset() {
      for (const { scope, record } of collections.balancers.everywhere())
        for (const { interfaceId } of record.subnets) ec2.detachInterface(scope, interfaceId);
      for (const collection of Object.values(collections)) collection.clear();
      faults.clear();
      cloud.throttle.refill();
      await dataPlane.follow();
    },
  };
};
