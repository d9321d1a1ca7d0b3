import * as z from 'zod/mini';
import { IdParams } from '../../platform/http/params.ts';
import { route } from '../../platform/http/route.ts';
import { Activity } from './activity-schema.ts';
import { GroupInstance, GroupInstanceParams, ProtectInstance } from './member-schema.ts';
import type { GroupMembers } from './members.ts';
import { CreateScalingGroup, GroupFilters, ScalingGroup, UpdateScalingGroup } from './schema.ts';
import type { ScalingGroups } from './service.ts';

const declare = route<{ scalingGroups: ScalingGroups; groupMembers: GroupMembers }>();

export const scalingGroupRoutes = [
  declare({
    method: 'POST',
    path: '/autoscaling/groups',
    permission: 'as:create',
    idempotent: true,
    summary: 'Create a scaling group',
    description:
      'Answers at once with the group in `ACTIVE` and no instances; they are launched to `desired_count`. Host ports of `ports` are left to the machine; the first container port is what its load balancer sends requests to.',
    body: CreateScalingGroup,
    responds: { status: 201, body: ScalingGroup },
    errors: [
      'INVALID_PORT_FORMAT',
      'TOO_MANY_PORTS',
      'NOT_FOUND',
      'LB_NOT_FOUND',
      'LB_CROSS_VPC',
      'CONFLICT',
      'RESOURCE_LIMIT_EXCEEDED',
    ],
    handle: ({ body, caller }, { scalingGroups }) => scalingGroups.create(caller, body),
  }),
  declare({
    method: 'GET',
    path: '/autoscaling/groups',
    permission: 'as:read',
    summary: 'List scaling groups, newest first',
    query: GroupFilters,
    list: { sortBy: ['name', 'createdAt', 'state'], filters: ['state'] },
    responds: { status: 200, body: z.array(ScalingGroup) },
    handle: ({ caller, list, query }, { scalingGroups }) => scalingGroups.list(caller, list, query),
  }),
  declare({
    method: 'GET',
    path: '/autoscaling/groups/:id',
    permission: 'as:read',
    summary: 'Get a scaling group',
    params: IdParams,
    responds: { status: 200, body: ScalingGroup },
    errors: ['NOT_FOUND'],
    handle: ({ params, caller }, { scalingGroups }) => scalingGroups.get(caller, params.id),
  }),
  declare({
    method: 'PATCH',
    path: '/autoscaling/groups/:id',
    permission: 'as:update',
    idempotent: true,
    summary: 'Change the size of a scaling group, or what it launches',
    description:
      'A new `image` is for instances that are launched from now on. A bound that leaves the count outside takes it along.',
    params: IdParams,
    body: UpdateScalingGroup,
    responds: { status: 200, body: ScalingGroup },
    errors: ['NOT_FOUND', 'CONFLICT'],
    handle: ({ params, body, caller }, { scalingGroups }) => scalingGroups.update(caller, params.id, body),
  }),
  declare({
    method: 'DELETE',
    path: '/autoscaling/groups/:id',
    permission: 'as:delete',
    idempotent: true,
    summary: 'Delete a scaling group with its instances',
    params: IdParams,
    responds: { status: 204, body: 'empty' },
    errors: ['NOT_FOUND', 'CONFLICT'],
    handle: ({ params, caller }, { scalingGroups }) => scalingGroups.delete(caller, params.id),
  }),
  declare({
    method: 'GET',
    path: '/autoscaling/groups/:id/activities',
    permission: 'as:read',
    summary: 'List what a scaling group did in the last six weeks, newest first',
    params: IdParams,
    list: { sortBy: ['createdAt'] },
    responds: { status: 200, body: z.array(Activity) },
    errors: ['NOT_FOUND'],
    handle: ({ params, caller, list }, { scalingGroups }) =>
      scalingGroups.activities(caller, params.id, list),
  }),
  declare({
    method: 'GET',
    path: '/autoscaling/groups/:id/instances',
    permission: 'as:read',
    summary: 'List the instances of a scaling group, oldest first',
    params: IdParams,
    responds: { status: 200, body: z.array(GroupInstance) },
    errors: ['NOT_FOUND'],
    handle: ({ params, caller }, { groupMembers }) => groupMembers.list(caller, params.id),
  }),
  declare({
    method: 'PUT',
    path: '/autoscaling/groups/:id/instances/:instanceId/protection',
    permission: 'as:update',
    idempotent: true,
    summary: 'Protect an instance from scale-in, or end that',
    params: GroupInstanceParams,
    body: ProtectInstance,
    responds: { status: 200, body: ProtectInstance },
    errors: ['NOT_FOUND', 'CONFLICT'],
    handle: ({ params, body, caller }, { groupMembers }) =>
      groupMembers.protect(caller, params.id, params.instanceId, body),
  }),
] as const;
