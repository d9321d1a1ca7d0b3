import type { Clock } from '../../platform/clock.ts';
import { CloudError, invalid, notFound } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import type { NewId } from '../../platform/ids.ts';
import { requested } from '../../platform/lifecycle/requested.ts';
import { listAll } from '../../platform/store/list-all.ts';
import { newRecord } from '../../platform/store/new-record.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import { untilCurrent } from '../../platform/store/until-current.ts';
import type { Capacity } from '../capacity/service.ts';
import type { InstanceRecord } from '../instances/service.ts';
import type { BalancerNetworks } from './networks.ts';
import {
  type LoadBalancerRecord,
  loadBalancerOf,
  type TargetRecord,
  targetsOf,
  usage,
  weightsOf,
} from './record.ts';
import {
  type AddTarget,
  type CreateLoadBalancer,
  defaultHealthCheck,
  type HealthCheck,
  type HealthCheckInput,
  type LoadBalancer,
  type LoadBalancerFilters,
  maxDistinctWeights,
  maxTargets,
  type Target,
  type UpdateLoadBalancer,
  type UpdateTarget,
} from './schema.ts';

export { planTargets, planUnwatch, planWatch, roomForTargets } from './group-targets.ts';
export type { BalancerNetworks, CloudNetwork, CloudNetworks } from './networks.ts';
export { type LoadBalancerRecord, loadBalancerKind } from './record.ts';

export interface LoadBalancersOptions {
  store: ResourceStore<LoadBalancerRecord>;
  networks: BalancerNetworks;
  /** Room in the account that the tenant is placed on. */
  capacity: Pick<Capacity, 'claim'>;
  instances: Pick<ResourceStore<InstanceRecord>, 'get'>;
  clock: Clock;
  newId: NewId;
}

type Answer = { message: string };
type Targets = LoadBalancerRecord['targets'];

/** @throws CloudError `INVALID_INPUT` where a check may last longer than the time to the next */
const healthCheckOf = (before: HealthCheck, change: HealthCheckInput | undefined): HealthCheck => {
  const given = Object.entries(change ?? {}).filter(([, value]) => value !== undefined);
  const after: HealthCheck = { ...before, ...Object.fromEntries(given) };
  if (after.timeout_seconds >= after.interval_seconds)
    throw invalid(
      'health_check.timeout_seconds',
      `must be less than the interval (${after.timeout_seconds} s in ${after.interval_seconds} s)`,
    );
  return after;
};

/** @throws CloudError `INVALID_INPUT` for one weight too many */
const checkWeights = (targets: Targets): Targets => {
  const weights = weightsOf({ targets });
  if (weights.length > maxDistinctWeights)
    throw invalid(
      'weight',
      `a load balancer has at most ${maxDistinctWeights} different weights, not ${weights.join(', ')}`,
    );
  return targets;
};

const targetOf = ({ targets }: LoadBalancerRecord, instanceId: string): TargetRecord => {
  const target = targets[instanceId];
  if (!target) throw notFound('target');
  return target;
};

/** Names of the balancers in a VPC, for the answer that it can not be deleted. */
export const balancersIn =
  (store: Pick<ResourceStore<LoadBalancerRecord>, 'list'>) =>
  async ({ tenant, id }: { tenant: string; id: string }, signal: AbortSignal): Promise<string[]> => {
    const all = await listAll(store, tenant, signal);
    return all.filter(({ vpc_id }) => vpc_id === id).map(({ name }) => `load balancer ${name}`);
  };

/** The rules of load balancers (contract 2.8). It only ever writes what is wanted; the controller brings it about. */
export class LoadBalancers {
  readonly #options: LoadBalancersOptions;

  constructor(options: LoadBalancersOptions) {
    this.#options = options;
  }

  /**
   * Records a new balancer in `CREATING`: one transaction with its VPC and the tenant's quota.
   * @throws CloudError `INVALID_INPUT`, `NOT_FOUND` for an unknown VPC, `RESOURCE_LIMIT_EXCEEDED`
   */
  async create(caller: Caller, input: CreateLoadBalancer): Promise<LoadBalancer> {
    const { store, networks, capacity, newId } = this.#options;
    const record: LoadBalancerRecord = {
      ...newRecord(newId, caller),
      name: input.name,
      status: 'CREATING',
      desired_status: 'ACTIVE',
      idempotency_key: caller.idempotency?.given,
      vpc_id: input.vpc_id,
      port: input.port,
      algorithm: input.algorithm ?? 'round-robin',
      internal: input.internal || undefined,
      certificate_arn: input.certificate_arn ?? undefined,
      health_check: healthCheckOf(defaultHealthCheck, input.health_check),
      draining_seconds: input.draining_seconds,
      targets: {},
      event: requested(this.#options, caller, 'create'),
    };
    const created = await untilCurrent('vpc', async () =>
      store.create(caller, record, {
        usage,
        answer: loadBalancerOf(record),
        extra: [
          ...(await networks.join(caller, input.vpc_id)),
          capacity.claim('load_balancers', record.tenant),
        ],
      }),
    );
    return loadBalancerOf(created);
  }

  /** A page where one is asked for, else the tenant's balancers, newest first. */
  async list(
    caller: Caller,
    request: ListRequest,
    { state }: LoadBalancerFilters,
  ): Promise<Listed<LoadBalancer[]>> {
    const { tenant } = caller.principal;
    const filters = { equals: { status: state } };
    const listed = await this.#options.store.page(tenant, request, filters, caller.signal);
    return { ...listed, items: listed.items.map(loadBalancerOf) };
  }

  /** @throws CloudError `LB_NOT_FOUND` */
  async get(caller: Caller, id: string): Promise<LoadBalancer> {
    return loadBalancerOf(await this.#find(caller, id));
  }

  /** @throws CloudError `LB_NOT_FOUND`, `INVALID_INPUT` for health checks that do not fit together */
  async update(caller: Caller, id: string, update: UpdateLoadBalancer): Promise<LoadBalancer> {
    const { name, algorithm, draining_seconds, certificate_arn, health_check } = update;
    const after = await this.#change(
      caller,
      id,
      'update',
      (current) => ({
        set: {
          name,
          algorithm,
          draining_seconds,
          ...(certificate_arn && { certificate_arn }),
          ...(health_check && { health_check: healthCheckOf(current.health_check, health_check) }),
        },
        remove: certificate_arn === null ? ['certificate_arn'] : [],
      }),
      loadBalancerOf,
    );
    return loadBalancerOf(after);
  }

  /** Deletes: out of lists and reads at once; its quota is free when the cloud says that it is gone. @throws CloudError `LB_NOT_FOUND` */
  async delete(caller: Caller, id: string): Promise<Answer> {
    const answer = { message: 'load balancer deleting' };
    const event = requested(this.#options, caller, 'delete');
    const { store, networks } = this.#options;
    await store.remove(caller, id, (current) => ({ set: { event }, extra: networks.leave(current) }), answer);
    return answer;
  }

  /**
   * Adds an instance of the balancer's VPC.
   * @throws CloudError `LB_NOT_FOUND`, `NOT_FOUND` for an unknown instance, `LB_CROSS_VPC`, `LB_TARGET_EXISTS`,
   * `INVALID_INPUT` for a sixth weight, `RESOURCE_LIMIT_EXCEEDED` for a target too many
   */
  async addTarget(caller: Caller, id: string, { instance_id, port, weight }: AddTarget): Promise<Answer> {
    const { instances, newId } = this.#options;
    const targetId = newId();
    const answer = { message: 'target added' };
    await this.#change(
      caller,
      id,
      'update',
      async ({ vpc_id, targets }) => {
        const instance = await instances.get(caller.principal.tenant, instance_id, { signal: caller.signal });
        if (instance.vpc_id !== vpc_id)
          throw new CloudError('LB_CROSS_VPC', 'the instance is not in the VPC of the load balancer');
        if (targets[instance_id])
          throw new CloudError('LB_TARGET_EXISTS', 'the instance is a target of the load balancer already');
        if (Object.keys(targets).length >= maxTargets)
          throw new CloudError(
            'RESOURCE_LIMIT_EXCEEDED',
            `a load balancer has at most ${maxTargets} targets`,
          );
        const target: TargetRecord = { id: targetId, port, weight, health: 'unknown' };
        return { set: { targets: checkWeights({ ...targets, [instance_id]: target }) } };
      },
      () => answer,
    );
    return answer;
  }

  /** All targets, oldest first. @throws CloudError `LB_NOT_FOUND` */
  async targets(caller: Caller, id: string): Promise<Target[]> {
    return targetsOf(await this.#find(caller, id));
  }

  /** @throws CloudError `LB_NOT_FOUND`, `NOT_FOUND`, `INVALID_INPUT` for a sixth weight */
  async updateTarget(
    caller: Caller,
    id: string,
    instanceId: string,
    { weight }: UpdateTarget,
  ): Promise<Target> {
    const shown = (record: LoadBalancerRecord): Target => ({
      ...targetOf(record, instanceId),
      lb_id: record.id,
      instance_id: instanceId,
    });
    const after = await this.#change(
      caller,
      id,
      'update',
      (current) => {
        const target = { ...targetOf(current, instanceId), weight };
        return { set: { targets: checkWeights({ ...current.targets, [instanceId]: target }) } };
      },
      shown,
    );
    return shown(after);
  }

  /** Takes a target out; requests under way may end first. @throws CloudError `LB_NOT_FOUND`, `NOT_FOUND` */
  async removeTarget(caller: Caller, id: string, instanceId: string): Promise<Answer> {
    const answer = { message: 'target removed' };
    await this.#change(
      caller,
      id,
      'update',
      (current) => {
        targetOf(current, instanceId);
        const { [instanceId]: _, ...targets } = current.targets;
        return { set: { targets } };
      },
      () => answer,
    );
    return answer;
  }

  #find(caller: Caller, id: string): Promise<LoadBalancerRecord> {
    return this.#options.store.get(caller.principal.tenant, id, { signal: caller.signal });
  }

  /** A change of what is wanted. */
  #change(
    caller: Caller,
    id: string,
    action: string,
    decide: (current: LoadBalancerRecord) => Changed | Promise<Changed>,
    answer: (after: LoadBalancerRecord) => unknown,
  ): Promise<LoadBalancerRecord> {
    const event = requested(this.#options, caller, action);
    return this.#options.store.change(
      caller,
      id,
      async (current) => {
        const { set, remove } = await decide(current);
        return { set: { ...set, event }, remove, intent: true };
      },
      answer,
    );
  }
}

interface Changed {
  set: Partial<LoadBalancerRecord>;
  remove?: readonly (keyof LoadBalancerRecord & string)[];
}
