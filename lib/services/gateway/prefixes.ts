import * as z from 'zod/mini';
import { CloudError } from '../../platform/errors/index.ts';
import type { Item, Key, Write } from '../../platform/table/types.ts';
import type { GatewayRouteRecord } from './record.ts';
import { ProxiedMethod } from './schema.ts';

/** What a request below `/gw` is served by: all that it needs of its route, in the item that makes the prefix unique. */
export const RouteClaim = z.object({
  prefix: z.string(),
  id: z.string(),
  tenant: z.string(),
  target_url: z.string(),
  strip_prefix: z.boolean(),
  rate_limit: z.int(),
  methods: z.optional(z.array(ProxiedMethod)),
  require_api_key: z.boolean(),
});
export type RouteClaim = z.infer<typeof RouteClaim>;

/** Prefixes that begin with the same character: those of one path all lie in one of these. @param path begins with `/` and a character */
export const prefixPartition = (path: string): string => `GATEWAY#${path.charAt(1)}`;

const claimKey = (prefix: string): Key => ({ pk: prefixPartition(prefix), sk: prefix });

/** The first segment of a prefix, and the item that says whose it is. */
const segmentKey = (prefix: string): Key => ({ pk: 'GATEWAY#SEGMENT', sk: prefix.split('/')[1] ?? '' });

const taken = (prefix: string) => () => new CloudError('CONFLICT', `the path prefix ${prefix} is taken`);

const claimItem = ({ tenant, id, path_prefix: prefix, ...route }: GatewayRouteRecord): Item & Key => ({
  ...claimKey(prefix),
  id,
  tenant,
  target_url: route.target_url,
  strip_prefix: route.strip_prefix,
  rate_limit: route.rate_limit,
  ...(route.methods && { methods: route.methods }),
  require_api_key: route.require_api_key,
});

const putClaim = (route: GatewayRouteRecord): Write => ({
  put: claimItem(route),
  when: { expression: 'attribute_not_exists(pk)' },
  otherwise: taken(route.path_prefix),
});

/**
 * Takes a prefix for a route, for the whole platform, and its first segment for the tenant: nobody else can then put a longer
 * prefix below it and so take its requests away. A segment is free again once no prefix begins with it.
 */
export const claimPrefix = (route: GatewayRouteRecord): Write[] => [
  putClaim(route),
  {
    update: segmentKey(route.path_prefix),
    set: { tenant: route.tenant },
    add: { uses: 1 },
    when: {
      expression: 'attribute_not_exists(pk) OR #tenant = :tenant OR uses = :none',
      names: { '#tenant': 'tenant' },
      values: { ':tenant': route.tenant, ':none': 0 },
    },
    otherwise: taken(route.path_prefix),
  },
];

/** Gives back what `claimPrefix` took. */
export const releasePrefix = ({ path_prefix: prefix }: GatewayRouteRecord): Write[] => [
  { delete: claimKey(prefix) },
  { update: segmentKey(prefix), add: { uses: -1 } },
];

/**
 * Serves a route as it is changed; within the transaction that changes it under its version, which says that the claim is its own.
 * No item is written twice: a transaction of DynamoDB refuses that.
 */
export const moveClaim = (before: GatewayRouteRecord, after: GatewayRouteRecord): Write[] => {
  if (before.path_prefix === after.path_prefix) return [{ put: claimItem(after) }];
  if (segmentKey(before.path_prefix).sk === segmentKey(after.path_prefix).sk)
    return [{ delete: claimKey(before.path_prefix) }, putClaim(after)];
  return [...releasePrefix(before), ...claimPrefix(after)];
};
