import * as z from 'zod/mini';
import { IdParams } from '../../platform/http/params.ts';
import { route } from '../../platform/http/route.ts';
import { BatchItem, BatchJob, CreateBatchJob, ItemFilters, JobFilters } from './schema.ts';
import type { BatchJobs } from './service.ts';

const declare = route<{ batchJobs: BatchJobs }>();

export const batchJobRoutes = [
  declare({
    method: 'POST',
    path: '/batch/jobs',
    permission: 'authenticated',
    idempotent: true,
    summary: 'Create a batch job',
    description:
      'Does one action over up to 10,000 targets, given as ids or as a selector of what is there now; `instance.launch` takes a `count`. Needs the permission of its action: `instance:launch`, `instance:update` or `instance:terminate`.',
    body: CreateBatchJob,
    responds: { status: 201, body: BatchJob },
    errors: ['CONFLICT', 'RESOURCE_LIMIT_EXCEEDED'],
    handle: ({ body, caller }, { batchJobs }) => batchJobs.create(caller, body),
  }),
  declare({
    method: 'GET',
    path: '/batch/jobs',
    permission: 'instance:read',
    summary: 'List batch jobs, newest first',
    query: JobFilters,
    list: { sortBy: ['name', 'createdAt', 'state'], filters: ['state'] },
    responds: { status: 200, body: z.array(BatchJob) },
    handle: ({ caller, list, query }, { batchJobs }) => batchJobs.list(caller, list, query),
  }),
  declare({
    method: 'GET',
    path: '/batch/jobs/:id',
    permission: 'instance:read',
    summary: 'Get a batch job',
    params: IdParams,
    responds: { status: 200, body: BatchJob },
    errors: ['NOT_FOUND'],
    handle: ({ params, caller }, { batchJobs }) => batchJobs.get(caller, params.id),
  }),
  declare({
    method: 'GET',
    path: '/batch/jobs/:id/items',
    permission: 'instance:read',
    summary: 'List the items of a batch job, in the order of their index',
    params: IdParams,
    query: ItemFilters,
    list: { sortBy: ['createdAt'], filters: ['status'] },
    responds: { status: 200, body: z.array(BatchItem) },
    errors: ['NOT_FOUND'],
    handle: ({ params, caller, list, query }, { batchJobs }) =>
      batchJobs.items(caller, params.id, list, query),
  }),
  declare({
    method: 'POST',
    path: '/batch/jobs/:id/cancel',
    permission: 'authenticated',
    idempotent: true,
    summary: 'Cancel a batch job: nothing more begins, what is under way comes to its end',
    params: IdParams,
    responds: { status: 200, body: BatchJob },
    errors: ['NOT_FOUND', 'CONFLICT'],
    handle: ({ params, caller }, { batchJobs }) => batchJobs.cancel(caller, params.id),
  }),
  declare({
    method: 'POST',
    path: '/batch/jobs/:id/retry',
    permission: 'authenticated',
    idempotent: true,
    summary: 'Create a batch job of the failed items of one that has ended',
    params: IdParams,
    responds: { status: 201, body: BatchJob },
    errors: ['NOT_FOUND', 'CONFLICT', 'RESOURCE_LIMIT_EXCEEDED'],
    handle: ({ params, caller }, { batchJobs }) => batchJobs.retry(caller, params.id),
  }),
] as const;
