import * as z from 'zod/mini';
import { route } from '../../platform/http/route.ts';
import { GroupFilters, ScalingGroup } from './schema.ts';
import type { ScalingGroups } from './service.ts';

const declare = route<{ scalingGroups: ScalingGroups }>();

export const scalingGroupRoutes = [
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
] as const;
