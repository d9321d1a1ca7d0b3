import { permits } from '../../platform/auth/principal.ts';
import type { Clock } from '../../platform/clock.ts';
import { checkUrl } from '../../platform/egress/check-url.ts';
import type { EgressPolicy } from '../../platform/egress/policy.ts';
import { CloudError, invalid, notFound } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import { type NewId, timeOf } from '../../platform/ids.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import { type FunctionRecord, maxSyncTimeoutSeconds } from '../functions/service.ts';
import type { LoadBalancerRecord } from '../load-balancers/service.ts';
import { claimPrefix, moveClaim, releasePrefix } from './prefixes.ts';
import { type GatewayRouteRecord, gatewayRouteOf, gatewayRouteUsage } from './record.ts';
import { namedTypeOf, type ResourceTarget, resourceTargetOf } from './resource-target.ts';
import type { CreateGatewayRoute, GatewayRoute, UpdateGatewayRoute } from './schema.ts';

export { type GatewayRouteRecord, gatewayRouteKind } from './record.ts';

export interface GatewayRoutesOptions {
  store: ResourceStore<GatewayRouteRecord>;
  balancers: Pick<ResourceStore<LoadBalancerRecord>, 'find'>;
  functions: Pick<ResourceStore<FunctionRecord>, 'find'>;
  /** Where targets may lie. */
  policy: EgressPolicy;
  clock: Clock;
  newId: NewId;
}

/** The rules of gateway routes (contract 2.14). `proxy/gateway.ts` serves what is asked for through them. */
export class GatewayRoutes {
  readonly #options: GatewayRoutesOptions;

  constructor(options: GatewayRoutesOptions) {
    this.#options = options;
  }

  /**
   * @throws CloudError `INVALID_INPUT` for a target that can only be forbidden, `LB_NOT_FOUND`, `NOT_FOUND` for a function that is
   * not there, `FORBIDDEN` where the caller may not run it, `CONFLICT` for a taken name or prefix, `RESOURCE_LIMIT_EXCEEDED`
   */
  async create(caller: Caller, input: CreateGatewayRoute): Promise<GatewayRoute> {
    const { store, newId } = this.#options;
    const { principal } = caller;
    await this.#checkTarget(caller, input.target_url);
    const id = newId();
    const at = new Date(timeOf(id)).toISOString();
    const { methods, ...settings } = input;
    const record: GatewayRouteRecord = {
      ...settings,
      id,
      tenant: principal.tenant,
      user_id: principal.user,
      status: 'ACTIVE',
      version: 1,
      ...(methods?.length && { methods: [...new Set(methods)] }),
      created_at: at,
      updated_at: at,
    };
    const answer = gatewayRouteOf(record);
    await store.create(caller, record, { usage: gatewayRouteUsage, answer, extra: claimPrefix(record) });
    return answer;
  }

  async #checkTarget(caller: Caller, target: string): Promise<void> {
    const type = namedTypeOf(target);
    if (!type) {
      const checked = checkUrl(target, this.#options.policy);
      if ('problem' in checked) throw invalid('target_url', checked.problem);
      return;
    }
    const named = resourceTargetOf(target);
    if (!named) {
      const label = type === 'lb' ? 'load balancer' : 'function';
      throw invalid('target_url', `must be ${type}://<id of a ${label}>, with a path or without`);
    }
    await (type === 'lb' ? this.#checkBalancer(caller, named) : this.#checkFunction(caller, named));
  }

  async #checkBalancer({ principal, signal }: Caller, { id }: ResourceTarget): Promise<void> {
    const balancer = await this.#options.balancers.find(principal.tenant, id, { signal });
    if (!balancer) throw notFound('load balancer', 'LB_NOT_FOUND');
    if (balancer.internal)
      throw invalid('target_url', 'an internal load balancer is reached from its VPC only');
    if (balancer.certificate_arn)
      throw invalid(
        'target_url',
        'the load balancer speaks HTTPS: name a URL with a host name of its certificate',
      );
  }

  /** Who makes a function's route has it run by anybody: so whoever does must be allowed to run it. */
  async #checkFunction({ principal, signal }: Caller, { id }: ResourceTarget): Promise<void> {
    if (!permits(principal.permissions, 'function:invoke'))
      throw new CloudError('FORBIDDEN', 'a route to a function needs the permission function:invoke');
    const found = await this.#options.functions.find(principal.tenant, id, { signal });
    if (!found) throw notFound('function');
    if (found.timeout > maxSyncTimeoutSeconds)
      throw invalid(
        'target_url',
        `the function may run for ${found.timeout} s, for a route ${maxSyncTimeoutSeconds} s at most`,
      );
  }

  /** A page where one is asked for, else the tenant's routes, newest first. */
  async list(caller: Caller, request: ListRequest): Promise<Listed<GatewayRoute[]>> {
    const listed = await this.#options.store.page(caller.principal.tenant, request, {}, caller.signal);
    return { ...listed, items: listed.items.map(gatewayRouteOf) };
  }

  /** @throws CloudError `NOT_FOUND` */
  async get(caller: Caller, id: string): Promise<GatewayRoute> {
    const { signal } = caller;
    return gatewayRouteOf(await this.#options.store.get(caller.principal.tenant, id, { signal }));
  }

  /**
   * Changes what is given. Processes that remember the route serve it as it was for a few seconds.
   * @throws CloudError `NOT_FOUND`, and as `create`
   */
  async update(caller: Caller, id: string, update: UpdateGatewayRoute): Promise<GatewayRoute> {
    const after = await this.#options.store.change(
      caller,
      id,
      async (current) => {
        const { methods = current.methods, ...settings } = update;
        if (update.target_url !== undefined) await this.#checkTarget(caller, update.target_url);
        const { methods: _, ...before } = current;
        const kept = methods?.length ? { methods: [...new Set(methods)] } : {};
        return {
          set: { ...settings, ...kept },
          remove: methods?.length ? [] : ['methods'],
          extra: moveClaim(current, { ...before, ...settings, ...kept }),
        };
      },
      gatewayRouteOf,
    );
    return gatewayRouteOf(after);
  }

  /** Requests end within the few seconds that a process remembers a route. @throws CloudError `NOT_FOUND` */
  async delete(caller: Caller, id: string): Promise<{ message: string }> {
    const answer = { message: 'gateway route deleted' };
    const decide = (current: GatewayRouteRecord) => ({
      usage: gatewayRouteUsage,
      extra: releasePrefix(current),
    });
    await this.#options.store.remove(caller, id, decide, answer);
    return answer;
  }
}
