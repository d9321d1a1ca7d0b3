import type { Clock } from '../../../platform/clock.ts';
import type { Egress } from '../../../platform/egress/egress.ts';
import { CloudError } from '../../../platform/errors/index.ts';
import { LruMap } from '../../../platform/limits/lru.ts';
import type { ResourceStore } from '../../../platform/store/types.ts';
import type { LoadBalancerRecord } from '../../load-balancers/service.ts';
import type { RouteClaim } from '../prefixes.ts';
import { resourceTargetOf } from '../resource-target.ts';

/** Where a request goes, and by which way out. */
export interface Target {
  /** Of a function: one that no name server knows, RFC 2606, of which only the path counts. */
  url: string;
  egress: Egress;
}

export type FindTarget = (route: RouteClaim, signal: AbortSignal) => Promise<Target>;

/** Milliseconds that a process takes a balancer to be where it was. */
const rememberedFor = 3_000;

/** On a laptop a balancer listens on this machine, at an address that the platform itself wrote down. */
const isLocal = (host: string): boolean => /^127\.0\.0\.1:\d+$/.test(host);

/**
 * The target of a route: its URL, the address of the tenant's load balancer that it names, or the tenant's function.
 * @param options `local` is the way out to balancers of a laptop; nothing that a tenant wrote goes by it
 */
export const createFindTarget = (options: {
  balancers: Pick<ResourceStore<LoadBalancerRecord>, 'find'>;
  egress: Egress;
  local: Egress;
  /** The way to a function of a tenant. */
  toFunction(tenant: string, id: string): Egress;
  clock: Clock;
}): FindTarget => {
  const { balancers, egress, local, toFunction, clock } = options;
  const remembered = new LruMap<{ host: string; until: number }>(1_000);

  const hostOf = async (tenant: string, id: string, signal: AbortSignal): Promise<string> => {
    const key = `${tenant} ${id}`;
    const known = remembered.get(key);
    if (known && known.until > clock.now()) return known.host;
    const balancer = await balancers.find(tenant, id, { signal });
    if (!balancer) throw new CloudError('BAD_GATEWAY', 'the load balancer of this route is gone');
    const { dns_name, port } = balancer;
    if (!dns_name) throw new CloudError('BAD_GATEWAY', 'the load balancer of this route is not ready');
    const host = dns_name.includes(':') ? dns_name : `${dns_name}:${port}`;
    remembered.set(key, { host, until: clock.now() + rememberedFor });
    return host;
  };

  return async ({ target_url, tenant }, signal) => {
    const named = resourceTargetOf(target_url);
    if (!named) return { url: target_url, egress };
    if (named.type === 'function')
      return { url: `http://${named.id}.invalid${named.path}`, egress: toFunction(tenant, named.id) };
    const host = await hostOf(tenant, named.id, signal);
    return { url: `http://${host}${named.path}`, egress: isLocal(host) ? local : egress };
  };
};
