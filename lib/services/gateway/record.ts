import * as z from 'zod/mini';
import type { ResourceKind } from '../../platform/store/types.ts';
import type { Resource } from '../../platform/table/resource.ts';
import { type GatewayRoute, ProxiedMethod } from './schema.ts';

/** The stored form. Nothing of it lies in AWS: it holds from its transaction on. */
export const GatewayRouteRecord = z.object({
  id: z.string(),
  tenant: z.string(),
  user_id: z.string(),
  name: z.string(),
  status: z.literal('ACTIVE'),
  version: z.int(),
  path_prefix: z.string(),
  target_url: z.string(),
  strip_prefix: z.boolean(),
  rate_limit: z.int(),
  methods: z.optional(z.array(ProxiedMethod)),
  require_api_key: z.boolean(),
  created_at: z.string(),
  updated_at: z.string(),
});
export type GatewayRouteRecord = z.infer<typeof GatewayRouteRecord> & Resource;

export const gatewayRouteKind: ResourceKind<GatewayRouteRecord> = {
  kind: 'GATEWAY_ROUTE',
  label: 'gateway route',
  schema: GatewayRouteRecord as unknown as ResourceKind<GatewayRouteRecord>['schema'],
  names: 'unique',
  reconciled: false,
};

export const gatewayRouteUsage = { gateway_routes: 1 } as const;

export const gatewayRouteOf = (record: GatewayRouteRecord): GatewayRoute => record;
