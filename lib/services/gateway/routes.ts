import * as z from 'zod/mini';
import { IdParams } from '../../platform/http/params.ts';
import { route } from '../../platform/http/route.ts';
import { Message } from '../instances/schema.ts';
import { CreateGatewayRoute, GatewayRoute, UpdateGatewayRoute } from './schema.ts';
import type { GatewayRoutes } from './service.ts';

const declare = route<{ gatewayRoutes: GatewayRoutes }>();

const createRoute = declare({
  method: 'POST',
  path: '/gateway/routes',
  permission: 'gateway:create',
  idempotent: true,
  shape: 'split',
  summary: 'Serve a path below /gw from a target',
  description:
    'Requests for `/gw<path_prefix>…` go to `target_url`, a URL, `lb://<id of a load balancer>` or `function://<id of a function>`; of several prefixes that fit the longest wins. A prefix is unique on the platform, and its first segment belongs to the tenant that uses it.',
  body: CreateGatewayRoute,
  responds: { status: 201, body: GatewayRoute },
  errors: ['CONFLICT', 'LB_NOT_FOUND', 'NOT_FOUND', 'RESOURCE_LIMIT_EXCEEDED'],
  handle: ({ body, caller }, { gatewayRoutes }) => gatewayRoutes.create(caller, body),
});

const listRoutes = declare({
  method: 'GET',
  path: '/gateway/routes',
  permission: 'gateway:read',
  shape: 'split',
  summary: 'List gateway routes, newest first',
  list: { sortBy: ['name', 'createdAt'] },
  responds: { status: 200, body: z.array(GatewayRoute) },
  handle: ({ caller, list }, { gatewayRoutes }) => gatewayRoutes.list(caller, list),
});

const getRoute = declare({
  method: 'GET',
  path: '/gateway/routes/:id',
  permission: 'gateway:read',
  shape: 'split',
  summary: 'Get a gateway route',
  params: IdParams,
  responds: { status: 200, body: GatewayRoute },
  errors: ['NOT_FOUND'],
  handle: ({ params, caller }, { gatewayRoutes }) => gatewayRoutes.get(caller, params.id),
});

const updateRoute = declare({
  method: 'PATCH',
  path: '/gateway/routes/:id',
  permission: 'gateway:create',
  idempotent: true,
  shape: 'split',
  summary: 'Change a gateway route',
  description: 'It is served as it is changed within 3 s. `methods` null or empty takes all of them again.',
  params: IdParams,
  body: UpdateGatewayRoute,
  responds: { status: 200, body: GatewayRoute },
  errors: ['NOT_FOUND', 'CONFLICT', 'LB_NOT_FOUND'],
  handle: ({ params, body, caller }, { gatewayRoutes }) => gatewayRoutes.update(caller, params.id, body),
});

const deleteRoute = declare({
  method: 'DELETE',
  path: '/gateway/routes/:id',
  permission: 'gateway:delete',
  idempotent: true,
  summary: 'Delete a gateway route',
  params: IdParams,
  responds: { status: 200, body: Message },
  errors: ['NOT_FOUND'],
  handle: ({ params, caller }, { gatewayRoutes }) => gatewayRoutes.delete(caller, params.id),
});

export const gatewayRouteRoutes = [createRoute, listRoutes, getRoute, updateRoute, deleteRoute] as const;
