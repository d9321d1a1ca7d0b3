import type { Clock } from '../../platform/clock.ts';
import { CloudError, invalid } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import type { NewId } from '../../platform/ids.ts';
import { requested } from '../../platform/lifecycle/requested.ts';
import { newRecord } from '../../platform/store/new-record.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import { untilCurrent } from '../../platform/store/until-current.ts';
import type { Tables } from '../../platform/table/types.ts';
import type { BulkInstances, Networks } from '../instances/service.ts';
import { type LoadBalancerRecord, planWatch } from '../load-balancers/service.ts';
import { beginActivity, listActivities } from './activities.ts';
import type { Activity } from './activity-schema.ts';
import { templateOf } from './launching.ts';
import { type ScalingGroupRecord, scalingGroupKind, scalingGroupOf, scalingGroupUsage } from './record.ts';
import { resize } from './resize.ts';
import { sizesAfter } from './scheduled.ts';
import type { CreateScalingGroup, GroupFilters, ScalingGroup, UpdateScalingGroup } from './schema.ts';
import { joinVpc, leaveVpc } from './vpcs.ts';

export { GroupMembers } from './members.ts';
export { type ScalingGroupRecord, scalingGroupKind } from './record.ts';
export { ScalingRules } from './rules.ts';
export { scalingGroupsIn } from './vpcs.ts';

export interface ScalingGroupsOptions {
  tables: Tables;
  store: ResourceStore<ScalingGroupRecord>;
  balancers: Pick<ResourceStore<LoadBalancerRecord>, 'get' | 'plan'>;
  bulk: Pick<BulkInstances, 'check'>;
  networks: Pick<Networks, 'resolve'>;
  clock: Clock;
  newId: NewId;
}

/** Activities that are listed where no page is asked for; the rest follows by cursor. */
const maxActivities = 100;

/** The rules of scaling groups (contract 2.9). It only ever writes what is wanted; the controller brings it about. */
export class ScalingGroups {
  readonly #options: ScalingGroupsOptions;

  constructor(options: ScalingGroupsOptions) {
    this.#options = options;
  }

  /**
   * Records a new group: one transaction with its name, its VPC, its balancer and the tenant's quota.
   * @throws CloudError as a launch for what it is to launch; `LB_NOT_FOUND`, `LB_CROSS_VPC`, `NOT_FOUND` for an unknown
   * network, `CONFLICT` for a taken name, `RESOURCE_LIMIT_EXCEEDED` for a sixth group in the VPC
   */
  async create(caller: Caller, input: CreateScalingGroup): Promise<ScalingGroup> {
    const { store, clock, newId, bulk } = this.#options;
    const { load_balancer_id, ports, subnet_id, security_group_ids, tags, ...sizes } = input;
    const record: ScalingGroupRecord = {
      ...newRecord(newId, caller),
      ...sizes,
      idempotency_key: caller.idempotency?.given,
      status: 'ACTIVE',
      load_balancer_id: load_balancer_id ?? undefined,
      ports: ports ?? undefined,
      subnet_id: subnet_id ?? undefined,
      security_group_ids: security_group_ids?.length ? security_group_ids : undefined,
      tags: tags && Object.keys(tags).length > 0 ? tags : undefined,
      home_zone: caller.principal.homeZone,
      members: {},
      failure_count: 0,
      policies: [],
      scheduled: [],
      open_activities: [{ id: newId(), scales: true }],
      event: requested(this.#options, caller, 'create'),
    };
    bulk.check(templateOf(record));
    await this.#checkNetwork(caller, record);
    const first = record.open_activities.map(({ id }) =>
      beginActivity(
        record,
        { id, cause: 'the group was created', from: 0, to: record.desired_count },
        clock.now(),
      ),
    );
    await untilCurrent('load balancer', async () =>
      store.create(caller, record, {
        usage: scalingGroupUsage,
        answer: scalingGroupOf(record),
        extra: [joinVpc(record), ...(await this.#watchBalancer(caller, record)), ...first],
      }),
    );
    return scalingGroupOf(record);
  }

  /** A page where one is asked for, else the tenant's groups, newest first. */
  async list(caller: Caller, request: ListRequest, { state }: GroupFilters): Promise<Listed<ScalingGroup[]>> {
    const { tenant } = caller.principal;
    const filters = { equals: { status: state } };
    const listed = await this.#options.store.page(tenant, request, filters, caller.signal);
    return { ...listed, items: listed.items.map(scalingGroupOf) };
  }

  /** @throws CloudError `NOT_FOUND` */
  async get(caller: Caller, id: string): Promise<ScalingGroup> {
    return scalingGroupOf(await this.#find(caller, id));
  }

  /**
   * Changes sizes, image or grace period. A bound that is given alone takes the count along, and must fit the other bound.
   * @throws CloudError `NOT_FOUND`, `INVALID_INPUT` for sizes that do not fit together or an image that may not be launched
   */
  async update(caller: Caller, id: string, update: UpdateScalingGroup): Promise<ScalingGroup> {
    const { store, clock, newId, bulk } = this.#options;
    const event = requested(this.#options, caller, 'update');
    const { image, health_grace_sec, ...given } = update;
    const after = await store.change(
      caller,
      id,
      (current) => {
        if (image !== undefined) bulk.check(templateOf({ ...current, image }));
        const sizes = this.#sizes(current, given);
        const who = `${caller.principal.user} set the count to ${sizes.desired_count}`;
        const { set, extra } = resize(current, sizes, who, { now: clock.now(), newId });
        return { set: { image, health_grace_sec, ...set, event }, extra, intent: true };
      },
      scalingGroupOf,
    );
    return scalingGroupOf(after);
  }

  /**
   * Deletes: out of lists and reads at once, its name free; its instances are drained and ended, and its quota is free when
   * the last has gone. @throws CloudError `NOT_FOUND`
   */
  async delete(caller: Caller, id: string): Promise<void> {
    const event = requested(this.#options, caller, 'delete');
    await this.#options.store.remove(
      caller,
      id,
      (current) => ({
        set: { event, status: 'DELETING', min_instances: 0, desired_count: 0 },
        extra: [leaveVpc(current)],
      }),
      undefined,
    );
  }

  /** What the group did, newest first. @throws CloudError `NOT_FOUND`, `INVALID_INPUT` for a page by number */
  async activities(caller: Caller, id: string, request: ListRequest): Promise<Listed<Activity[]>> {
    const { id: group } = await this.#find(caller, id);
    if ((request.page ?? 1) > 1) throw invalid('page', 'activities go on with the cursor of the page before');
    return listActivities(
      this.#options.tables,
      { tenant: caller.principal.tenant, id: group },
      {
        limit: request.paged ? request.pageSize : maxActivities,
        cursor: request.cursor,
        signal: caller.signal,
      },
    );
  }

  #find(caller: Caller, id: string): Promise<ScalingGroupRecord> {
    return this.#options.store.get(caller.principal.tenant, id, { signal: caller.signal });
  }

  /** A count out of bounds is refused where it was named, and follows its bounds where it was not. */
  #sizes(current: ScalingGroupRecord, given: Omit<UpdateScalingGroup, 'image' | 'health_grace_sec'>) {
    const { min_instances: least = current.min_instances, max_instances: most = current.max_instances } =
      given;
    if (least > most)
      throw invalid(
        given.min_instances === undefined ? 'max_instances' : 'min_instances',
        `min_instances (${least}) must not be more than max_instances (${most})`,
      );
    const { desired_count } = given;
    if (desired_count !== undefined && (desired_count < least || desired_count > most))
      throw invalid('desired_count', `must lie within ${least} and ${most}`);
    return sizesAfter(current, { ...given, min_instances: least, max_instances: most });
  }

  /** A subnet and security groups that are named must be there, and of the group's VPC. */
  async #checkNetwork(caller: Caller, record: ScalingGroupRecord): Promise<void> {
    const { vpc_id, subnet_id, security_group_ids = [] } = record;
    if (subnet_id === undefined && security_group_ids.length === 0) return;
    await this.#options.networks.resolve(caller, {
      vpcId: vpc_id,
      subnetId: subnet_id,
      securityGroupIds: security_group_ids,
    });
  }

  async #watchBalancer(caller: Caller, { load_balancer_id, vpc_id, id }: ScalingGroupRecord) {
    if (load_balancer_id === undefined) return [];
    const { balancers } = this.#options;
    const balancer = await balancers.get(caller.principal.tenant, load_balancer_id, {
      signal: caller.signal,
    });
    if (balancer.vpc_id !== vpc_id)
      throw new CloudError('LB_CROSS_VPC', 'the load balancer is not in the VPC of the group', {
        issues: [{ path: 'load_balancer_id', message: 'is of another VPC' }],
      });
    return [planWatch(balancers, balancer, { kind: scalingGroupKind.kind, id })];
  }
}
