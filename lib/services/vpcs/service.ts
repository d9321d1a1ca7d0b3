import type { Clock } from '../../platform/clock.ts';
import { CloudError } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import type { NewId } from '../../platform/ids.ts';
import { requested } from '../../platform/lifecycle/requested.ts';
import { newRecord } from '../../platform/store/new-record.ts';
import { removeUnused } from '../../platform/store/remove-unused.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { Tables, Write } from '../../platform/table/types.ts';
import type { Capacity } from '../capacity/service.ts';
import { addressPlans } from './address-plan.ts';
import { type VpcRecord, vpcOf, vpcUsage } from './record.ts';
import type { CreateVpc, UpdateVpc, Vpc } from './schema.ts';
import { vpcUses } from './uses.ts';

export { type AddressPlan, addressPlans, type PlannedSubnet, rangeForDefault } from './address-plan.ts';
export type { VpcContents } from './contents.ts';
export { vpcIdFor, waitFor } from './for-parts.ts';
export { type BalancerSubnet, type VpcRecord, vpcKind } from './record.ts';
export { vpcUses } from './uses.ts';

/** A VPC's subnets, as far as its delete must know them. */
export interface SubnetsOfVpc {
  /** Writes that close each subnet to new instances. @param inUse what is thrown for one that has instances in it */
  close(tenant: string, subnetIds: readonly string[], inUse: () => Error): readonly Write[];
  /** Names of the instances in these subnets, as far as they show already. */
  instancesIn(tenant: string, subnetIds: readonly string[], signal: AbortSignal): Promise<readonly string[]>;
}

export interface VpcsOptions {
  tables: Pick<Tables, 'get'>;
  store: ResourceStore<VpcRecord>;
  clock: Clock;
  newId: NewId;
  subnets: SubnetsOfVpc;
  /** Names of what uses a VPC besides instances, for example `load balancer web`. */
  usersOf?(vpc: Pick<VpcRecord, 'tenant' | 'id'>, signal: AbortSignal): Promise<readonly string[]>;
  /** Room in the AWS account that a tenant is placed on. */
  capacity: Pick<Capacity, 'claim'>;
}

/** The rules of VPCs (contract 2.6). It only ever writes what is wanted; the controller brings it about. */
export class Vpcs {
  readonly #options: VpcsOptions;

  constructor(options: VpcsOptions) {
    this.#options = options;
  }

  /** @throws CloudError `CONFLICT` for a taken name, `RESOURCE_LIMIT_EXCEEDED` */
  async create(caller: Caller, { name, cidr_block }: CreateVpc): Promise<Vpc> {
    const { store, newId, capacity } = this.#options;
    const record: VpcRecord = {
      ...newRecord(newId, caller),
      name,
      status: 'active',
      cidr_block,
      event: requested(this.#options, caller, 'create'),
    };
    const created = await store.create(caller, record, {
      usage: vpcUsage,
      answer: vpcOf(record),
      extra: [
        vpcUses.open(record),
        addressPlans.open(record, cidr_block),
        capacity.claim('vpcs', record.tenant),
      ],
    });
    return vpcOf(created);
  }

  /** A page where one is asked for, else the tenant's VPCs, newest first. */
  async list(caller: Caller, request: ListRequest): Promise<Listed<Vpc[]>> {
    const listed = await this.#options.store.page(caller.principal.tenant, request, {}, caller.signal);
    return { ...listed, items: listed.items.map(vpcOf) };
  }

  /** @throws CloudError `NOT_FOUND` */
  async get(caller: Caller, idOrName: string): Promise<Vpc> {
    const { store } = this.#options;
    return vpcOf(await store.get(caller.principal.tenant, idOrName, { signal: caller.signal }));
  }

  /** Changes the name, of which EC2 is not told. @throws CloudError `NOT_FOUND`, `CONFLICT` for a taken name */
  async update(caller: Caller, idOrName: string, { name }: UpdateVpc): Promise<Vpc> {
    const event = requested(this.#options, caller, 'update');
    const after = await this.#options.store.change(
      caller,
      idOrName,
      (current) => (current.name === name ? undefined : { set: { name, event } }),
      vpcOf,
    );
    return vpcOf(after);
  }

  /**
   * Deletes it with its subnets and security groups: hidden and closed to newcomers at once; its controller takes apart
   * what is in it, and AWS's VPC last.
   * @throws CloudError `NOT_FOUND`, `CONFLICT` naming the instances and load balancers in it
   */
  async delete(caller: Caller, idOrName: string): Promise<{ message: string }> {
    const { store, tables, subnets } = this.#options;
    const answer = { message: 'vpc deleted' };
    const event = requested(this.#options, caller, 'delete');
    await removeUnused(
      (inUse) =>
        store.remove(
          caller,
          idOrName,
          async (vpc) => {
            const plan = await addressPlans.get(tables, vpc, caller.signal);
            const ids = plan.subnets.filter(({ leaving }) => !leaving).map(({ id }) => id);
            return {
              set: { event },
              extra: [
                vpcUses.close(vpc, inUse),
                addressPlans.close(plan),
                ...subnets.close(vpc.tenant, ids, inUse),
              ],
            };
          },
          answer,
        ),
      (cause) => this.#refusal(caller, idOrName, cause),
    );
    return answer;
  }

  async #refusal(caller: Caller, idOrName: string, cause: unknown): Promise<CloudError> {
    const { store, tables, subnets, usersOf } = this.#options;
    const { signal } = caller;
    const vpc = await store.get(caller.principal.tenant, idOrName, { signal });
    const plan = await addressPlans.get(tables, vpc, signal);
    const [instances, others] = await Promise.all([
      subnets.instancesIn(
        vpc.tenant,
        plan.subnets.map(({ id }) => id),
        signal,
      ),
      usersOf?.(vpc, signal) ?? [],
    ]);
    const users = [...instances.map((name) => `instance ${name}`), ...others];
    const named = users.length > 0 ? users.join(', ') : 'an instance or a load balancer';
    return new CloudError('CONFLICT', `the vpc is in use by ${named}`, { cause });
  }
}

/**
 * Writes that make sure that a VPC gets subnets for load balancers: of the transaction that creates a balancer, which
 * runs within `untilCurrent`. None where it has them, or will.
 */
export const requestBalancerNetwork = (
  store: Pick<ResourceStore<VpcRecord>, 'plan'>,
  vpc: VpcRecord,
): Write[] =>
  vpc.balancer_network_wanted
    ? []
    : [store.plan(vpc, { set: { balancer_network_wanted: true }, intent: true }).write];
