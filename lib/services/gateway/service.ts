import type { Clock } from '../../platform/clock.ts';
import { checkUrl } from '../../platform/egress/check-url.ts';
import type { EgressPolicy } from '../../platform/egress/policy.ts';
import { invalid } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import { type NewId, timeOf } from '../../platform/ids.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import { claimPrefix, releasePrefix } from './prefixes.ts';
import { type GatewayRouteRecord, gatewayRouteOf, gatewayRouteUsage } from './record.ts';
import type { CreateGatewayRoute, GatewayRoute } from './schema.ts';

export { type GatewayRouteRecord, gatewayRouteKind } from './record.ts';

export interface GatewayRoutesOptions {
  store: ResourceStore<GatewayRouteRecord>;
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
   * @throws CloudError `INVALID_INPUT` for a target that can only be forbidden, `CONFLICT` for a taken name or prefix,
   * `RESOURCE_LIMIT_EXCEEDED`
   */
  async create(caller: Caller, input: CreateGatewayRoute): Promise<GatewayRoute> {
    const { store, newId, policy } = this.#options;
    const { principal } = caller;
    const checked = checkUrl(input.target_url, policy);
    if ('problem' in checked) throw invalid('target_url', checked.problem);
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
