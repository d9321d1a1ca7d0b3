import type { Algorithm, HealthCheck } from './schema.ts';

/** What a balancer's record knows of its counterpart in the cloud. */
export interface BalancerRef {
  /** The record's id, from which all names follow. */
  id: string;
  /** EC2's id of the VPC; absent while nothing was asked for yet. */
  vpcId?: string;
  providerId?: string;
  securityGroup?: string;
  /** Target groups that were asked for, by weight; without an id where the outcome is not known. */
  groups: readonly { weight: number; id?: string }[];
  /** Whether to look also for what was asked for and whose id is not known. */
  byName: boolean;
}

/** ELBv2's own words; `initial` is being checked, `unused` is not (not running, or not in use by a listener).
 *  https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html */
export type MemberState =
  | 'initial'
  | 'healthy'
  | 'unhealthy'
  | 'unused'
  | 'draining'
  | 'unavailable'
  | 'unhealthy.draining';

/** A machine at one of its ports. */
export interface Member {
  machineId: string;
  port: number;
}

export interface ObservedMember extends Member {
  state: MemberState;
  /** Whether the machine itself is what keeps it from use: stopped or terminated. */
  machineIsDown?: boolean;
}

export interface ObservedGroup {
  id: string;
  members: readonly ObservedMember[];
}

export interface Share {
  groupId: string;
  /** 0 to 999: its part of the requests, as that of the sum of all. */
  share: number;
}

export interface ListenerSettings {
  port: number;
  /** HTTPS where there is one. */
  certificate?: string;
  shares: readonly Share[];
}

export interface ObservedBalancer {
  balancer?: {
    id: string;
    state: 'provisioning' | 'active' | 'failed';
    dnsName?: string;
    /** Why it failed. */
    reason?: string;
  };
  listener?: ListenerSettings & { id: string };
  /** By weight. */
  groups: ReadonlyMap<number, ObservedGroup>;
  /** Its own security group, where that was looked for. */
  securityGroup?: string;
}

/** Whose balancer it is; goes into names and tags. */
export interface Owner {
  id: string;
  tenant: string;
  name: string;
}

export interface SecurityGroupRequest {
  owner: Owner;
  vpcId: string;
  port: number;
  /** Who may reach the port: everyone, or the VPC's own range. */
  from: string;
}

export interface BalancerRequest {
  owner: Owner;
  subnetIds: readonly string[];
  securityGroup: string;
  internal: boolean;
}

/** How the targets of a group are used; all groups of a balancer have the same. */
export interface GroupSettings {
  healthCheck: HealthCheck;
  algorithm: Algorithm;
  drainingSeconds: number;
}

export interface GroupRequest {
  owner: Owner;
  weight: number;
  vpcId: string;
}

/**
 * Load balancers, in the platform's terms. Every method is safe to repeat: what is made is found again by its name, what
 * is gone may be deleted again. None throws anything but `BackendError` on purpose.
 */
export interface LoadBalancing {
  observe(
    balancers: readonly BalancerRef[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, ObservedBalancer>>;
  /** @returns its id */
  ensureSecurityGroup(request: SecurityGroupRequest, signal: AbortSignal): Promise<string>;
  /** @returns its id */
  createBalancer(request: BalancerRequest, signal: AbortSignal): Promise<string>;
  /** @returns its id */
  createGroup(request: GroupRequest, signal: AbortSignal): Promise<string>;
  configureGroup(groupId: string, settings: GroupSettings, signal: AbortSignal): Promise<void>;
  createListener(
    owner: Owner,
    balancerId: string,
    settings: ListenerSettings,
    signal: AbortSignal,
  ): Promise<void>;
  updateListener(listenerId: string, settings: ListenerSettings, signal: AbortSignal): Promise<void>;
  register(groupId: string, members: readonly Member[], signal: AbortSignal): Promise<void>;
  deregister(groupId: string, members: readonly Member[], signal: AbortSignal): Promise<void>;
  /** Takes its listener along. */
  deleteBalancer(balancerId: string, signal: AbortSignal): Promise<void>;
  /** @throws BackendError `not_yet` while a listener uses it */
  deleteGroup(groupId: string, signal: AbortSignal): Promise<void>;
  /** @throws BackendError `not_yet` while the balancer's interfaces still hold it */
  deleteSecurityGroup(groupId: string, signal: AbortSignal): Promise<void>;
}
