/** What one rule lets through, in the cloud's terms. */
export interface CloudPermission {
  /** `tcp`, `udp`, `icmp`, `icmpv6`, or `-1` for all. */
  protocol: string;
  /** -1 where the protocol has no ports. */
  from_port: number;
  to_port: number;
  /** An address block, or the cloud's id of a group. */
  peer: { cidr: string } | { group: string };
}

export interface CloudGroup {
  id: string;
  ingress: readonly CloudPermission[];
  egress: readonly CloudPermission[];
}

export type Direction = 'ingress' | 'egress';

/** What a group is made for: it carries these in its tags. */
export interface GroupOwner {
  tenant: string;
  /** The record's id. */
  id: string;
  name: string;
  description: string;
}

/**
 * Security groups, in the platform's terms. What `create` made is found again by its record. Throws nothing but
 * `BackendError` on purpose: `not_yet` where the cloud has a permission already or no longer, and for a delete of a group
 * that something uses; `exhausted` at a limit of the account.
 */
export interface SecurityGroupBackend {
  /** By the record that they were made for, the lowest id first. */
  find(
    recordIds: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly CloudGroup[]>>;
  /** Lets everything out and nobody in. */
  create(owner: GroupOwner, vpcId: string, signal: AbortSignal): Promise<string>;
  /** All of the permissions or none. */
  authorize(
    groupId: string,
    direction: Direction,
    permissions: readonly CloudPermission[],
    signal: AbortSignal,
  ): Promise<void>;
  /** All of the permissions or none. */
  revoke(
    groupId: string,
    direction: Direction,
    permissions: readonly CloudPermission[],
    signal: AbortSignal,
  ): Promise<void>;
  delete(groupId: string, signal: AbortSignal): Promise<void>;
}
