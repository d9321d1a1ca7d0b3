import * as z from 'zod/mini';
import { route } from '../../platform/http/route.ts';
import { QuotaUse, SetHomeZone, SetQuotas, SuspendTenant, Tenant } from './schema.ts';
import type { Tenants } from './service.ts';

const declare = route<{ tenants: Tenants }>();

export const tenantRoutes = [
  declare({
    method: 'GET',
    path: '/admin/tenants',
    permission: '*',
    list: { sortBy: ['name', 'createdAt', 'state'] },
    responds: { status: 200, body: z.array(Tenant) },
    summary: 'List tenants',
    handle: ({ caller, list }, { tenants }) => tenants.list(caller, list),
  }),
  declare({
    method: 'GET',
    path: '/admin/tenants/:id',
    permission: '*',
    responds: { status: 200, body: Tenant },
    errors: ['NOT_FOUND'],
    summary: 'Get a tenant',
    handle: ({ params, caller }, { tenants }) => tenants.get(caller, String(params.id)),
  }),
  declare({
    method: 'POST',
    path: '/admin/tenants/:id/suspend',
    permission: '*',
    idempotent: true,
    body: SuspendTenant,
    responds: { status: 200, body: Tenant },
    errors: ['NOT_FOUND', 'CONFLICT'],
    summary: 'Suspend a tenant: its keys and tokens stop working within 30 s',
    handle: ({ params, body, caller }, { tenants }) => tenants.suspend(caller, String(params.id), body),
  }),
  declare({
    method: 'POST',
    path: '/admin/tenants/:id/resume',
    permission: '*',
    idempotent: true,
    responds: { status: 200, body: Tenant },
    errors: ['NOT_FOUND'],
    summary: 'Resume a suspended tenant',
    handle: ({ params, caller }, { tenants }) => tenants.resume(caller, String(params.id)),
  }),
  declare({
    method: 'PUT',
    path: '/admin/tenants/:id/home-zone',
    permission: '*',
    idempotent: true,
    body: SetHomeZone,
    responds: { status: 200, body: Tenant },
    errors: ['NOT_FOUND'],
    summary: "Set a tenant's home zone: where things go that name no zone, from 30 s later on",
    handle: ({ params, body, caller }, { tenants }) => tenants.setHomeZone(caller, String(params.id), body),
  }),
  declare({
    method: 'GET',
    path: '/admin/tenants/:id/quotas',
    permission: '*',
    responds: { status: 200, body: z.array(QuotaUse) },
    errors: ['NOT_FOUND'],
    summary: "Get a tenant's quotas and what it uses of them",
    handle: ({ params, caller }, { tenants }) => tenants.quotas(caller, String(params.id)),
  }),
  declare({
    method: 'PUT',
    path: '/admin/tenants/:id/quotas',
    permission: '*',
    idempotent: true,
    body: SetQuotas,
    responds: { status: 200, body: z.array(QuotaUse) },
    errors: ['NOT_FOUND'],
    summary: "Set some of a tenant's quotas",
    handle: ({ params, body, caller }, { tenants }) => tenants.setQuotas(caller, String(params.id), body),
  }),
];
