import type { LaunchedTogether } from '../instances/service.ts';

/** The kinds of things in the cloud that the platform makes for tenants, in the order in which they are compared. */
export const cloudKinds = [
  'INSTANCE',
  'VOLUME',
  'SNAPSHOT',
  'VPC',
  'SUBNET',
  'SECURITY_GROUP',
  'LOAD_BALANCER',
  'TARGET_GROUP',
] as const;
export type CloudKind = (typeof cloudKinds)[number];

/** Kinds of records that things are made for. */
export type OwnerKind =
  | 'INSTANCE'
  | 'VOLUME'
  | 'SNAPSHOT'
  | 'VPC'
  | 'SUBNET'
  | 'SECURITY_GROUP'
  | 'LOAD_BALANCER';

/** The record that a thing was made for, as its tags say. */
export interface CloudOwner {
  tenant: string;
  /** Id of the record. */
  id: string;
  /** What the record may be of: a subnet's tag does not tell a tenant's own from one that a VPC has for balancers. */
  kinds: readonly OwnerKind[];
}

/** What the cloud says of a thing, in the platform's words; what is absent is not compared. */
export interface CloudFacts {
  /** AWS's own word, for example `running`, `in-use`, `completed`. */
  state?: string;
  /** GiB. */
  size_gb?: number;
  /** Of a volume, for example `gp3`. */
  type?: string;
  /** AWS's ids of the security groups, sorted. */
  group_ids?: readonly string[];
  cidr_block?: string;
  zone?: string;
  /** The `host:container` pairs that a machine really serves, where the backend had to choose other host ports. */
  ports?: string;
}

/** One thing that carries the stage's tag. */
export interface CloudThing {
  kind: CloudKind;
  /** AWS's id, or ARN. */
  cloud_id: string;
  /** Absent where the tags name no record: a group that all of a tenant's machines share. */
  owner?: CloudOwner;
  /** In place of `owner`, of a machine or its root volume: the launch that it came of. The table says whose it is. */
  together?: LaunchedTogether;
  /** Whether it is still to be given to one of those that it was launched for. */
  is_unassigned?: boolean;
  /** Milliseconds since the epoch; absent where AWS does not say and no record's id tells it. */
  made_at?: number;
  /** Whether it is going or gone: AWS shows some things for an hour after their end. */
  is_ending: boolean;
  facts: CloudFacts;
}

/**
 * The Listing port: everything that one stage has in the cloud, kind by kind, in as few calls as there are pages. It never
 * asks for single ids. Throws nothing but `BackendError` on purpose.
 */
export interface CloudListing {
  pages(kind: CloudKind, signal: AbortSignal): AsyncGenerator<CloudThing[]>;
}
