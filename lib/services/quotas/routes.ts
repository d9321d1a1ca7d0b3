import * as z from 'zod/mini';
import { route } from '../../platform/http/route.ts';
import type { Quotas } from '../../platform/store/types.ts';
import { Quota } from './schema.ts';

export const listQuotas = route<{ quotas: Quotas }>()({
  method: 'GET',
  path: '/quotas',
  permission: 'instance:read',
  summary: 'List what the tenant may use and what it uses',
  description: 'What a terminating instance holds is free once the cloud says that it is gone.',
  responds: { status: 200, body: z.array(Quota) },
  handle: ({ caller }, { quotas }) => quotas.list(caller.principal.tenant, caller.signal),
});

export const quotaRoutes = [listQuotas] as const;
