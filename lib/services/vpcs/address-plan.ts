import { CloudError, invalid, notFound } from '../../platform/errors/index.ts';
import {
  blockOf,
  contains,
  firstFree,
  formatBlock,
  type Ipv4Block,
  overlaps,
} from '../../platform/ipv4-block.ts';
import { BackendError } from '../../platform/lifecycle/types.ts';
import { versionMoved } from '../../platform/store/signals.ts';
import { partitionOf } from '../../platform/table/keys.ts';
import type { Item, Key, Tables, Write } from '../../platform/table/types.ts';

/** One subnet in the plan. */
export interface PlannedSubnet {
  id: string;
  name: string;
  cidr_block: string;
  zone: string;
  /** Its range is free when EC2 says that it is gone. */
  leaving: boolean;
}

/** A VPC's ranges as they were read. */
export interface AddressPlan {
  tenant: string;
  vpcId: string;
  cidr_block: string;
  version: number;
  /** Oldest first. */
  subnets: readonly PlannedSubnet[];
  /** Security groups that are not gone. */
  groups: number;
  /** Whether the VPC is being deleted. */
  closed: boolean;
}

interface VpcRef {
  tenant: string;
  id: string;
}

/**
 * Every subnet is one line of a delete's transaction, which holds a hundred:
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export const maxSubnets = 64;

const prefixOfSubnets = 'subnet:';

const keyOf = ({ tenant, id }: VpcRef): Key => ({ pk: `${partitionOf(tenant, 'VPC')}#PLAN`, sk: id });

const attributeOf = (subnetId: string): string => `${prefixOfSubnets}${subnetId}`;

type SubnetLine = Omit<PlannedSubnet, 'leaving'>;
type StoredSubnet = Omit<SubnetLine, 'id'> & { leaving?: boolean };

const subnetsIn = (item: Item): PlannedSubnet[] =>
  Object.entries(item)
    .flatMap(([name, value]) => {
      if (!name.startsWith(prefixOfSubnets)) return [];
      const { leaving = false, ...line } = value as StoredSubnet;
      return [{ id: name.slice(prefixOfSubnets.length), ...line, leaving }];
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));

const isOpen = {
  expression: 'attribute_exists(pk) AND attribute_not_exists(#closed)',
  names: { '#closed': 'closed' },
};

/**
 * Which subnets a VPC has, with their ranges, in one item beside it: overlap is refused under concurrency, and a closed
 * plan takes nothing more. It also counts the VPC's security groups, so that its end can be told.
 */
export const addressPlans = {
  /** Part of the VPC's creation. */
  open: (vpc: VpcRef, cidr_block: string): Write => ({
    put: { ...keyOf(vpc), cidr_block, version: 1, groups: 0 },
  }),

  /** Strongly consistent. `undefined` where the tenant has no such VPC; a deleted one is `closed` until it is gone. */
  async find(
    tables: Pick<Tables, 'get'>,
    vpc: VpcRef,
    signal?: AbortSignal,
  ): Promise<AddressPlan | undefined> {
    const item = await tables.get(keyOf(vpc), { consistent: true, signal });
    return (
      item && {
        tenant: vpc.tenant,
        vpcId: vpc.id,
        cidr_block: String(item.cidr_block),
        version: Number(item.version),
        subnets: subnetsIn(item),
        groups: Number(item.groups ?? 0),
        closed: item.closed === true,
      }
    );
  },

  /** @throws CloudError `NOT_FOUND` for a VPC that is not there or is being deleted */
  async get(tables: Pick<Tables, 'get'>, vpc: VpcRef, signal?: AbortSignal): Promise<AddressPlan> {
    const plan = await addressPlans.find(tables, vpc, signal);
    if (!plan || plan.closed) throw notFound('vpc');
    return plan;
  },

  /**
   * Part of a subnet's creation, which runs within `untilCurrent`.
   * @throws CloudError `INVALID_INPUT` that names `cidr_block` for a range outside of the VPC or over another subnet's;
   * `CONFLICT` for one over a subnet that is on its way out; `RESOURCE_LIMIT_EXCEEDED`
   */
  add(plan: AddressPlan, { id, ...line }: SubnetLine): Write {
    const block = blockOf(line.cidr_block);
    if (!contains(blockOf(plan.cidr_block), block))
      throw invalid('cidr_block', `must lie in the VPC's range ${plan.cidr_block}`);
    const other = plan.subnets.find(({ cidr_block }) => overlaps(block, blockOf(cidr_block)));
    if (other?.leaving)
      throw new CloudError(
        'CONFLICT',
        `the range ${other.cidr_block} is still held by a subnet that is being deleted`,
      );
    if (other) throw invalid('cidr_block', `overlaps ${other.cidr_block} of subnet ${other.id}`);
    if (plan.subnets.length >= maxSubnets)
      throw new CloudError('RESOURCE_LIMIT_EXCEEDED', `a VPC has at most ${maxSubnets} subnets`);
    return {
      update: keyOf({ tenant: plan.tenant, id: plan.vpcId }),
      set: { [attributeOf(id)]: line satisfies StoredSubnet, version: plan.version + 1 },
      when: {
        expression: `${isOpen.expression} AND #version = :version`,
        names: { ...isOpen.names, '#version': 'version' },
        values: { ':version': plan.version },
      },
      otherwise: versionMoved,
    };
  },

  /** Part of a subnet's delete. */
  leave: (vpc: VpcRef, { id, ...line }: SubnetLine): Write => ({
    update: keyOf(vpc),
    set: { [attributeOf(id)]: { ...line, leaving: true } satisfies StoredSubnet },
    add: { version: 1 },
  }),

  /** Part of a subnet's end: its range is free. */
  remove: (vpc: VpcRef, subnetId: string): Write => ({
    update: keyOf(vpc),
    remove: [attributeOf(subnetId)],
    add: { version: 1 },
  }),

  /** Part of a security group's creation. @throws CloudError `NOT_FOUND` for a VPC that is gone or being deleted */
  addGroup: (vpc: VpcRef): Write => ({
    update: keyOf(vpc),
    add: { groups: 1 },
    when: isOpen,
    otherwise: () => notFound('vpc'),
  }),

  /** Part of a security group's end. */
  removeGroup: (vpc: VpcRef): Write => ({ update: keyOf(vpc), add: { groups: -1 } }),

  /** Part of the VPC's delete, which has read `plan` and runs within `untilCurrent`. */
  close: (plan: AddressPlan): Write => ({
    update: keyOf({ tenant: plan.tenant, id: plan.vpcId }),
    set: { closed: true },
    when: {
      expression: '#version = :version',
      names: { '#version': 'version' },
      values: { ':version': plan.version },
    },
    otherwise: versionMoved,
  }),

  /** Part of the VPC's end. @throws BackendError `not_yet` while anything is left in it */
  end: (plan: AddressPlan): Write => ({
    delete: keyOf({ tenant: plan.tenant, id: plan.vpcId }),
    when: {
      expression: '#version = :version AND (attribute_not_exists(#groups) OR #groups <= :none)',
      names: { '#version': 'version', '#groups': 'groups' },
      values: { ':version': plan.version, ':none': 0 },
    },
    otherwise: () => new BackendError('not_yet', 'waiting for what is being deleted in the vpc'),
  }),
};

/** The largest subnet that is made without being asked for: 4,091 addresses. */
const largestDefaultPrefix = 20;

/**
 * The range of a subnet that is made for a launch which names none: a sixteenth of the VPC, within /20 and /28.
 * `undefined` where no such range is free.
 */
export const rangeForDefault = (plan: AddressPlan): string | undefined => {
  const outer: Ipv4Block = blockOf(plan.cidr_block);
  const prefix = Math.min(Math.max(outer.prefix + 4, largestDefaultPrefix), 28);
  const taken = plan.subnets.map(({ cidr_block }) => blockOf(cidr_block));
  const free = firstFree(outer, prefix, taken);
  return free && formatBlock(free);
};
