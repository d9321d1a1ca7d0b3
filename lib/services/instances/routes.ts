import * as z from 'zod/mini';
import { route } from '../../platform/http/route.ts';
import { Action } from '../actions/schema.ts';
import {
  DeleteInstanceQuery,
  Instance,
  InstanceFilters,
  LaunchInstance,
  Message,
  UpdateInstance,
} from './schema.ts';
import type { Instances } from './service.ts';

const instanceRoute = route<{ instances: Instances }>();

const launchInstance = instanceRoute({
  method: 'POST',
  path: '/instances',
  permission: 'instance:launch',
  idempotent: true,
  summary: 'Launch an instance',
  description:
    'Answers at once with the instance in `STARTING`. `image` is a name of the catalogue, a machine image id that the operator allows, or a container image reference.',
  body: LaunchInstance,
  responds: { status: 201, body: Instance },
  errors: ['INVALID_PORT_FORMAT', 'TOO_MANY_PORTS', 'NOT_FOUND', 'CONFLICT', 'RESOURCE_LIMIT_EXCEEDED'],
  handle: ({ body, caller }, { instances }) => instances.launch(caller, body),
});

const listInstances = instanceRoute({
  method: 'GET',
  path: '/instances',
  permission: 'instance:read',
  summary: 'List instances, newest first',
  query: InstanceFilters,
  list: { sortBy: ['name', 'createdAt', 'state'], filters: ['state', 'nodeId', 'tag'] },
  responds: { status: 200, body: z.array(Instance) },
  handle: ({ caller, list, query }, { instances }) => instances.list(caller, list, query),
});

const getInstance = instanceRoute({
  method: 'GET',
  path: '/instances/:id',
  permission: 'instance:read',
  summary: 'Get an instance by id or name',
  responds: { status: 200, body: Instance },
  errors: ['NOT_FOUND'],
  handle: ({ params, caller }, { instances }) => instances.get(caller, params.id as string),
});

const updateInstance = instanceRoute({
  method: 'PATCH',
  path: '/instances/:id',
  permission: 'instance:update',
  idempotent: true,
  summary: 'Change the name or the tags of an instance',
  body: UpdateInstance,
  responds: { status: 200, body: Instance },
  errors: ['NOT_FOUND', 'CONFLICT'],
  handle: ({ params, body, caller }, { instances }) => instances.update(caller, params.id as string, body),
});

const deleteInstance = instanceRoute({
  method: 'DELETE',
  path: '/instances/:id',
  permission: 'instance:terminate',
  idempotent: true,
  summary: 'Terminate an instance',
  query: DeleteInstanceQuery,
  responds: { status: 200, body: Message },
  errors: ['NOT_FOUND', 'CONFLICT'],
  handle: ({ params, query, caller }, { instances }) =>
    instances.delete(caller, params.id as string, query.confirm),
});

const stopInstance = instanceRoute({
  method: 'POST',
  path: '/instances/:id/stop',
  permission: 'instance:update',
  idempotent: true,
  summary: 'Stop an instance',
  responds: { status: 200, body: Message },
  errors: ['NOT_FOUND', 'INSTANCE_NOT_RUNNING', 'CONFLICT'],
  handle: ({ params, caller }, { instances }) => instances.stop(caller, params.id as string),
});

const startInstance = instanceRoute({
  method: 'POST',
  path: '/instances/:id/start',
  permission: 'instance:update',
  idempotent: true,
  summary: 'Start a stopped instance',
  responds: { status: 200, body: Message },
  errors: ['NOT_FOUND', 'CONFLICT'],
  handle: ({ params, caller }, { instances }) => instances.start(caller, params.id as string),
});

const restartInstance = instanceRoute({
  method: 'POST',
  path: '/instances/:id/restart',
  permission: 'instance:update',
  idempotent: true,
  summary: 'Reboot a running instance',
  responds: { status: 200, body: Message },
  errors: ['NOT_FOUND', 'INSTANCE_NOT_RUNNING', 'CONFLICT'],
  handle: ({ params, caller }, { instances }) => instances.restart(caller, params.id as string),
});

const listActions = instanceRoute({
  method: 'GET',
  path: '/instances/:id/actions',
  permission: 'instance:read',
  summary: 'List what was done to an instance in the last 90 days, newest first',
  list: { sortBy: ['createdAt'] },
  responds: { status: 200, body: z.array(Action) },
  errors: ['NOT_FOUND'],
  handle: ({ params, caller, list }, { instances }) => instances.actions(caller, params.id as string, list),
});

export const instanceRoutes = [
  launchInstance,
  listInstances,
  getInstance,
  updateInstance,
  deleteInstance,
  stopInstance,
  startInstance,
  restartInstance,
  listActions,
] as const;
