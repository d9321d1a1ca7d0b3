import { CloudError, notFound } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import { requested } from '../../platform/lifecycle/requested.ts';
import { listAll } from '../../platform/store/list-all.ts';
import { pageInMemory } from '../../platform/store/page-in-memory.ts';
import { removeUnused } from '../../platform/store/remove-unused.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import { untilCurrent } from '../../platform/store/until-current.ts';
import type { Tables } from '../../platform/table/types.ts';
import type { InstanceRecord } from '../instances/service.ts';
import { addressPlans, type SubnetsOfVpc } from '../vpcs/service.ts';
import type { Zones } from '../zones/service.ts';
import { instancesIn } from './instances-in.ts';
import { createSubnetIn, type NewSubnetParts } from './new-subnet.ts';
import { capacityOf, planned, type SubnetRecord, subnetKind, subnetOf } from './record.ts';
import type { CreateSubnet, Subnet } from './schema.ts';
import { subnetUses } from './uses.ts';

export { createCloudNetworks } from './cloud-networks.ts';
export { createLaunchNetworks } from './launch-networks.ts';
export { type SubnetRecord, subnetKind } from './record.ts';
export { subnetUses } from './uses.ts';
export { createVpcContents } from './vpc-contents.ts';

export interface SubnetsOptions extends NewSubnetParts {
  tables: Pick<Tables, 'get'>;
  store: ResourceStore<SubnetRecord>;
  instances: Pick<ResourceStore<InstanceRecord>, 'page'>;
  zones: Pick<Zones, 'resolve'>;
}

/** What the delete of a VPC must know of its subnets. */
export const subnetsOfVpc = (instances: Pick<ResourceStore<InstanceRecord>, 'page'>): SubnetsOfVpc => ({
  close: (tenant, subnetIds, inUse) => subnetIds.map((id) => subnetUses.close({ tenant, id }, inUse)),
  instancesIn: (tenant, subnetIds, signal) => instancesIn(instances, tenant, subnetIds, signal),
});

/** The rules of subnets (contract 2.6). It only ever writes what is wanted; the controller brings it about. */
export class Subnets {
  readonly #options: SubnetsOptions;

  constructor(options: SubnetsOptions) {
    this.#options = options;
  }

  /**
   * @throws CloudError `NOT_FOUND` for an unknown VPC, `INVALID_INPUT` for a range outside of it or over another subnet's
   * and for an unknown zone, `CONFLICT` for a taken name, `RESOURCE_LIMIT_EXCEEDED`
   */
  async create(caller: Caller, vpcId: string, input: CreateSubnet): Promise<Subnet> {
    const { tables, zones } = this.#options;
    const { tenant } = caller.principal;
    const availability_zone = zones.resolve(caller.principal, input.availability_zone, 'availability_zone');
    return untilCurrent('vpc', async () => {
      const plan = await addressPlans.get(tables, { tenant, id: vpcId }, caller.signal);
      const { name, cidr_block, public: isPublic } = input;
      const wanted = { name, cidr_block, availability_zone, public: isPublic };
      return subnetOf(await createSubnetIn(this.#options, caller, plan, wanted, subnetOf));
    });
  }

  /** The subnets of one VPC, newest first. @throws CloudError `NOT_FOUND` for an unknown VPC */
  async list(caller: Caller, vpcId: string, request: ListRequest): Promise<Listed<Subnet[]>> {
    const { tables, store } = this.#options;
    const { signal, principal } = caller;
    await addressPlans.get(tables, { tenant: principal.tenant, id: vpcId }, signal);
    const subnets = await listAll(store, principal.tenant, signal);
    const inside = subnets.filter(({ vpc_id }) => vpc_id === vpcId);
    return pageInMemory(inside.map(subnetOf), request);
  }

  /** @throws CloudError `NOT_FOUND` */
  async get(caller: Caller, id: string): Promise<Subnet> {
    const { tables, store } = this.#options;
    const { signal, principal } = caller;
    const [record, { held, closed }] = await Promise.all([
      store.get(principal.tenant, id, { signal }),
      subnetUses.read(tables, { tenant: principal.tenant, id }, signal),
    ]);
    // Its VPC was deleted, and takes it along in a moment.
    if (closed) throw notFound(subnetKind.label);
    return { ...subnetOf(record), available_ip_count: Math.max(capacityOf(record) - held, 0) };
  }

  /** @throws CloudError `NOT_FOUND`, `CONFLICT` naming the instances in it */
  async delete(caller: Caller, id: string): Promise<{ message: string }> {
    const answer = { message: 'subnet deleted' };
    const event = requested(this.#options, caller, 'delete');
    await removeUnused(
      (inUse) =>
        this.#options.store.remove(
          caller,
          id,
          (subnet) => ({
            set: { event },
            extra: [
              subnetUses.close(subnet, inUse),
              addressPlans.leave({ tenant: subnet.tenant, id: subnet.vpc_id }, planned(subnet)),
            ],
          }),
          answer,
        ),
      (cause) => this.#refusal(caller, id, cause),
    );
    return answer;
  }

  async #refusal({ principal, signal }: Caller, id: string, cause: unknown): Promise<CloudError> {
    const { tables, instances } = this.#options;
    const [names, { live }] = await Promise.all([
      instancesIn(instances, principal.tenant, [id], signal),
      subnetUses.read(tables, { tenant: principal.tenant, id }, signal),
    ]);
    const named = names.map((name) => `instance ${name}`).join(', ') || `${live} instances`;
    return new CloudError('CONFLICT', `the subnet is in use by ${named}`, { cause });
  }
}
