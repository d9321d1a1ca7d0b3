import * as z from 'zod/mini';
import { IdParams } from '../../platform/http/params.ts';
import { route } from '../../platform/http/route.ts';
import {
  CreatePolicy,
  CreateScheduledAction,
  Policy,
  ScheduledAction,
  ScheduledActionParams,
} from './rule-schema.ts';
import type { ScalingRules } from './rules.ts';

const declare = route<{ scalingRules: ScalingRules }>();

export const scalingRuleRoutes = [
  declare({
    method: 'POST',
    path: '/autoscaling/groups/:id/policies',
    permission: 'as:update',
    idempotent: true,
    summary: 'Add a scaling policy',
    description:
      'Above its target the group grows by `scale_out_step`, more than ten below it shrinks by up to `scale_in_step`. Of several policies the largest count wins; a scale-in needs all of them to agree.',
    params: IdParams,
    body: CreatePolicy,
    responds: { status: 201, body: Policy },
    errors: ['NOT_FOUND', 'CONFLICT', 'RESOURCE_LIMIT_EXCEEDED'],
    handle: ({ params, body, caller }, { scalingRules }) =>
      scalingRules.createPolicy(caller, params.id, body),
  }),
  declare({
    method: 'GET',
    path: '/autoscaling/groups/:id/policies',
    permission: 'as:read',
    summary: 'List the policies of a scaling group, oldest first',
    params: IdParams,
    responds: { status: 200, body: z.array(Policy) },
    errors: ['NOT_FOUND'],
    handle: ({ params, caller }, { scalingRules }) => scalingRules.policies(caller, params.id),
  }),
  declare({
    method: 'DELETE',
    path: '/autoscaling/policies/:id',
    permission: 'as:delete',
    idempotent: true,
    summary: 'Delete a scaling policy',
    params: IdParams,
    responds: { status: 204, body: 'empty' },
    errors: ['NOT_FOUND', 'CONFLICT'],
    handle: ({ params, caller }, { scalingRules }) => scalingRules.deletePolicy(caller, params.id),
  }),
  declare({
    method: 'POST',
    path: '/autoscaling/groups/:id/scheduled-actions',
    permission: 'as:update',
    idempotent: true,
    summary: 'Change the size of a scaling group at a time, or again and again',
    description:
      '`cron` has five fields and is read in `time_zone` (UTC); `at` is one time. What falls due while the platform is down runs once, later.',
    params: IdParams,
    body: CreateScheduledAction,
    responds: { status: 201, body: ScheduledAction },
    errors: ['NOT_FOUND', 'CONFLICT', 'RESOURCE_LIMIT_EXCEEDED'],
    handle: ({ params, body, caller }, { scalingRules }) =>
      scalingRules.createScheduledAction(caller, params.id, body),
  }),
  declare({
    method: 'GET',
    path: '/autoscaling/groups/:id/scheduled-actions',
    permission: 'as:read',
    summary: 'List the scheduled actions of a scaling group, oldest first',
    params: IdParams,
    responds: { status: 200, body: z.array(ScheduledAction) },
    errors: ['NOT_FOUND'],
    handle: ({ params, caller }, { scalingRules }) => scalingRules.scheduledActions(caller, params.id),
  }),
  declare({
    method: 'DELETE',
    path: '/autoscaling/groups/:id/scheduled-actions/:actionId',
    permission: 'as:update',
    idempotent: true,
    summary: 'Delete a scheduled action',
    params: ScheduledActionParams,
    responds: { status: 204, body: 'empty' },
    errors: ['NOT_FOUND', 'CONFLICT'],
    handle: ({ params, caller }, { scalingRules }) =>
      scalingRules.deleteScheduledAction(caller, params.id, params.actionId),
  }),
] as const;
