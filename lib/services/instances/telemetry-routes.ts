import * as z from 'zod/mini';
import { route } from '../../platform/http/route.ts';
import { InstanceMetrics, InstanceMetricsQuery } from './metrics-schema.ts';
import { InstanceConsole, InstanceStats } from './schema.ts';
import type { Telemetry } from './telemetry.ts';

const telemetryRoute = route<{ telemetry: Telemetry }>();

const getLogs = telemetryRoute({
  method: 'GET',
  path: '/instances/:id/logs',
  permission: 'instance:read',
  summary: 'Read the last 2,000 lines that an instance wrote',
  shape: 'text',
  responds: { status: 200, body: z.string() },
  errors: ['NOT_FOUND', 'INSTANCE_NOT_RUNNING'],
  handle: ({ params, caller }, { telemetry }) => telemetry.logs(caller, params.id as string),
});

const getStats = telemetryRoute({
  method: 'GET',
  path: '/instances/:id/stats',
  permission: 'instance:read',
  summary: 'Read the CPU and memory use of an instance',
  responds: { status: 200, body: InstanceStats },
  errors: ['NOT_FOUND', 'INSTANCE_NOT_RUNNING'],
  handle: ({ params, caller }, { telemetry }) => telemetry.stats(caller, params.id as string),
});

const getConsole = telemetryRoute({
  method: 'GET',
  path: '/instances/:id/console',
  permission: 'instance:read',
  summary: 'Read the console output of an instance',
  responds: { status: 200, body: InstanceConsole },
  errors: ['NOT_FOUND', 'INSTANCE_NOT_RUNNING'],
  handle: ({ params, caller }, { telemetry }) => telemetry.console(caller, params.id as string),
});

const getMetrics = telemetryRoute({
  method: 'GET',
  path: '/instances/:id/metrics',
  permission: 'instance:read',
  summary: 'Read what was measured of an instance: CPU, memory and network over time',
  query: InstanceMetricsQuery,
  responds: { status: 200, body: InstanceMetrics },
  errors: ['NOT_FOUND', 'INSTANCE_NOT_RUNNING'],
  handle: ({ params, query, caller }, { telemetry }) => telemetry.metrics(caller, params.id as string, query),
});

export const telemetryRoutes = [getLogs, getStats, getConsole, getMetrics] as const;
