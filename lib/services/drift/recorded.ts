import * as z from 'zod/mini';
import type { Item } from '../../platform/table/types.ts';
import type { CloudFacts, CloudKind, OwnerKind } from './backend.ts';

const ids = z.optional(z.array(z.object({ id: z.optional(z.string()) })));

/** What a comparison needs of a record, of whatever kind. */
export const RecordedItem = z.object({
  pk: z.string(),
  sk: z.string(),
  status: z.string(),
  generation: z.int(),
  observed_generation: z.int(),
  desired_status: z.optional(z.string()),
  updated_at: z.string(),
  deleted_at: z.optional(z.string()),
  container_id: z.optional(z.string()),
  provider_id: z.optional(z.string()),
  instance_type: z.optional(z.string()),
  published_ports: z.optional(z.string()),
  placement: z.optional(
    z.object({ group_id: z.optional(z.string()), group_ids: z.optional(z.array(z.string())) }),
  ),
  size_gb: z.optional(z.number()),
  type: z.optional(z.string()),
  cidr_block: z.optional(z.string()),
  availability_zone: z.optional(z.string()),
  zone: z.optional(z.string()),
  balancer_parts: ids,
  balancer_subnets: ids,
  security_group: z.optional(z.string()),
  groups: ids,
});
export type RecordedItem = z.infer<typeof RecordedItem>;

/** The attributes above, to be read and no others. */
export const recordedAttributes = Object.keys(RecordedItem.shape);

/** @returns `undefined` for what is no record of a reconciled kind */
export const recordedItem = (item: Item): RecordedItem | undefined => RecordedItem.safeParse(item).data;

/** Whether the reconciler is done with it: only then does it say what must be there. */
export const isSettled = ({
  generation,
  observed_generation,
  deleted_at,
  ...record
}: RecordedItem): boolean =>
  observed_generation >= generation &&
  !deleted_at &&
  (record.desired_status ?? record.status) === record.status;

const one = (id: string | undefined): string[] => (id === undefined ? [] : [id]);
const all = (list: { id?: string }[] | undefined): string[] => (list ?? []).flatMap(({ id }) => one(id));
const provider = ({ provider_id }: RecordedItem): string[] => one(provider_id);

type IdsOf = (record: RecordedItem) => string[];

/** Where each kind of record keeps the ids of what it has in the cloud. */
export const idsIn: Record<CloudKind, Partial<Record<OwnerKind, IdsOf>>> = {
  INSTANCE: { INSTANCE: ({ container_id }) => one(container_id) },
  // A root volume's id is kept nowhere: it comes and goes with its machine.
  VOLUME: { VOLUME: provider, INSTANCE: () => [] },
  SNAPSHOT: { SNAPSHOT: provider },
  VPC: { VPC: provider },
  SUBNET: {
    SUBNET: provider,
    VPC: ({ balancer_parts, balancer_subnets }) => [...all(balancer_subnets), ...all(balancer_parts)],
  },
  SECURITY_GROUP: { SECURITY_GROUP: provider, LOAD_BALANCER: ({ security_group }) => one(security_group) },
  LOAD_BALANCER: { LOAD_BALANCER: provider },
  TARGET_GROUP: { LOAD_BALANCER: ({ groups }) => all(groups) },
};

/** What a state of the cloud is called in a record at rest; a state on the way to another says nothing. */
const statusOf: Partial<Record<CloudKind, Readonly<Record<string, string>>>> = {
  INSTANCE: { running: 'RUNNING', stopped: 'STOPPED' },
  VOLUME: { available: 'AVAILABLE', 'in-use': 'IN-USE', error: 'ERROR' },
  SNAPSHOT: { completed: 'AVAILABLE', error: 'ERROR' },
  LOAD_BALANCER: { active: 'ACTIVE', active_impaired: 'ACTIVE', failed: 'ERROR' },
};

/** The record's word for a state of the cloud. */
export const recordedStatus = (kind: CloudKind, state: string | undefined): string | undefined =>
  state === undefined ? undefined : statusOf[kind]?.[state];

/** What a record says that the cloud must show, apart from its state. */
export const factsIn: Partial<
  Record<CloudKind, Partial<Record<OwnerKind, (record: RecordedItem) => CloudFacts>>>
> = {
  INSTANCE: {
    INSTANCE: ({ instance_type, published_ports, placement }) => ({
      type: instance_type,
      ports: published_ports,
      group_ids: placement && [...(placement.group_ids ?? []), ...one(placement.group_id)].sort(),
    }),
  },
  VOLUME: { VOLUME: ({ size_gb, type, zone }) => ({ size_gb, type, zone }) },
  VPC: { VPC: ({ cidr_block }) => ({ cidr_block }) },
  SUBNET: { SUBNET: ({ cidr_block, availability_zone }) => ({ cidr_block, zone: availability_zone }) },
  LOAD_BALANCER: {
    LOAD_BALANCER: ({ security_group }) => ({ group_ids: security_group ? [security_group] : undefined }),
  },
};
