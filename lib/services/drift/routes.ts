import * as z from 'zod/mini';
import { IdParams } from '../../platform/http/params.ts';
import { route } from '../../platform/http/route.ts';
import { DriftReport, Finding, FindingFilters } from './schema.ts';
import type { Drift } from './service.ts';

const driftRoute = route<{ drift: Drift }>();

const startReconcile = driftRoute({
  method: 'POST',
  path: '/admin/reconcile',
  permission: '*',
  idempotent: true,
  summary: 'Compare all records with the cloud, and have what differs looked at',
  description:
    'Answers at once; the run goes on by itself, see `GET /admin/drift/:id`. What no record claims is named and left alone.',
  responds: { status: 202, body: DriftReport },
  handle: ({ caller }, { drift }) => drift.begin(caller),
});

const listReports = driftRoute({
  method: 'GET',
  path: '/admin/drift',
  permission: '*',
  summary: 'List comparisons of records and cloud, newest first',
  description: 'The schedule runs one an hour. Each is kept for seven days.',
  list: { sortBy: ['createdAt', 'state'] },
  responds: { status: 200, body: z.array(DriftReport) },
  handle: ({ caller, list }, { drift }) => drift.list(caller, list),
});

const getReport = driftRoute({
  method: 'GET',
  path: '/admin/drift/:id',
  permission: '*',
  params: IdParams,
  summary: 'Get a comparison of records and cloud, with its totals',
  responds: { status: 200, body: DriftReport },
  errors: ['NOT_FOUND'],
  handle: ({ params, caller }, { drift }) => drift.get(caller, params.id),
});

const listFindings = driftRoute({
  method: 'GET',
  path: '/admin/drift/:id/findings',
  permission: '*',
  params: IdParams,
  query: FindingFilters,
  summary: 'List what a comparison has found: missing, unknown and differing things',
  description: 'Of each kind of things the first thousand.',
  list: { sortBy: ['createdAt', 'state'], filters: ['kind', 'verdict'] },
  responds: { status: 200, body: z.array(Finding) },
  errors: ['NOT_FOUND'],
  handle: ({ params, caller, list, query }, { drift }) => drift.findings(caller, params.id, list, query),
});

export const driftRoutes = [startReconcile, listReports, getReport, listFindings] as const;
