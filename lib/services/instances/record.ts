import * as z from 'zod/mini';
import { reconciledFields } from '../../platform/store/reconciled-fields.ts';
import type { ResourceKind } from '../../platform/store/types.ts';
import type { Reconciled } from '../../platform/table/resource.ts';
import { type Instance, InstanceStatus, InstanceVolume } from './schema.ts';

/** What a launch asks of EC2, written down before it is asked: a client token binds to its parameters. */
export const Placement = z.object({
  ami: z.string(),
  root_device: z.string(),
  /** GiB of the root volume: as much as the image has. */
  root_size: z.optional(z.int()),
  subnet_id: z.string(),
  /** The platform's own group, which opens the instance's ports; absent where the tenant named groups. */
  group_id: z.optional(z.string()),
  /** The cloud's ids of the groups that the tenant named. */
  group_ids: z.optional(z.array(z.string())),
});
export type Placement = z.infer<typeof Placement>;

/** The security groups of a machine: never none, as EC2 would then take the network's default group. */
export const groupIdsOf = ({ group_id, group_ids = [] }: Pick<Placement, 'group_id' | 'group_ids'>) => [
  ...group_ids,
  ...(group_id === undefined ? [] : [group_id]),
];

/** The stored form. What the lifecycle engine keeps beside these fields is described at `Reconciled`. */
export const InstanceRecord = z.object({
  ...reconciledFields,
  status: InstanceStatus,
  desired_status: z.optional(InstanceStatus),

  image: z.string(),
  instance_type: z.string(),
  /** As counted at launch, so that just as much is given back. */
  vcpus: z.int(),
  zone: z.optional(z.string()),
  /** The zone that its tenant begins with, where an administrator has set one. */
  home_zone: z.optional(z.string()),
  /** As asked for; the machine's user data and security group follow from it. */
  ports: z.optional(z.string()),
  /** The pairs that are really served, where the backend says so; shown in place of `ports`. */
  published_ports: z.optional(z.string()),
  tags: z.optional(z.record(z.string(), z.string())),
  termination_protection: z.optional(z.boolean()),
  /** Whether there is a user-data item. */
  user_data: z.optional(z.boolean()),
  /** The EC2 instance, once there is one. */
  container_id: z.optional(z.string()),
  private_ip: z.optional(z.string()),
  vpc_id: z.optional(z.string()),
  subnet_id: z.optional(z.string()),
  security_group_ids: z.optional(z.array(z.string())),
  /** The address that the user named; absent where the cloud picks one. */
  named_ip: z.optional(z.string()),
  volumes: z.optional(z.array(InstanceVolume)),
  placement: z.optional(Placement),
  /** The security groups that EC2 was last told of, by their record's ids. */
  groups_done: z.optional(z.array(z.string())),
  /** When the present step toward the desired state was begun with EC2, RFC 3339. */
  asked_at: z.optional(z.string()),
  /** How often a zone had no room for the launch under way. */
  zones_full: z.optional(z.int()),
  /** Restarts asked for, and the number of them that EC2 was told of. */
  restarts_wanted: z.optional(z.int()),
  restarts_done: z.optional(z.int()),
  /** The scaling group that it was launched for. */
  scaling_group_id: z.optional(z.string()),
  /** Whether its machine is launched under detailed monitoring. */
  detailed_monitoring: z.optional(z.boolean()),
  /** The launches that it goes out with, alike in all but id and name, while it has no machine. */
  launch_batch: z.optional(z.string()),
});
export type InstanceRecord = z.infer<typeof InstanceRecord> & Reconciled;

export const instanceKind: ResourceKind<InstanceRecord> = {
  kind: 'INSTANCE',
  label: 'instance',
  schema: InstanceRecord as unknown as ResourceKind<InstanceRecord>['schema'],
  names: 'shared',
  reconciled: true,
  slim: ({ zone, tags, subnet_id, security_group_ids }) => ({ zone, tags, subnet_id, security_group_ids }),
};

/** What an instance takes of its tenant's quotas until EC2 says that it is gone. */
export const usageOf = (record: Pick<InstanceRecord, 'vcpus'>) => ({ instances: 1, vcpus: record.vcpus });

/** The client token of the present attempt; at most 64 characters. */
export const clientTokenOf = (record: Pick<InstanceRecord, 'id' | 'attempt'>): string =>
  `${record.id}-${record.attempt}`;

/** The contract's view of a record. */
export const instanceOf = (record: InstanceRecord): Instance => ({
  ...record,
  ports: record.published_ports ?? record.ports,
  desired_status: record.desired_status === record.status ? undefined : record.desired_status,
  ovs_port: record.subnet_id ? `veth-${record.id.slice(-8)}` : undefined,
  termination_protection: record.termination_protection ?? false,
});
