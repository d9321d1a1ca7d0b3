import * as z from 'zod/mini';
import { route } from '../../platform/http/route.ts';
import { CapacityUse } from './schema.ts';
import type { Capacity } from './service.ts';

const getCapacity = route<{ capacity: Pick<Capacity, 'list'> }>()({
  method: 'GET',
  path: '/admin/capacity',
  permission: '*',
  summary: 'List what each workload account has left of its AWS limits',
  description:
    'Measured every 15 minutes against Service Quotas. Nothing is listed of an account that was never measured.',
  responds: { status: 200, body: z.array(CapacityUse) },
  handle: ({ caller }, { capacity }) => capacity.list(caller.signal),
});

export const capacityRoutes = [getCapacity] as const;
