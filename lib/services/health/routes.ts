import { RawAnswer } from '../../platform/http/raw.ts';
import { route } from '../../platform/http/route.ts';
import { expositionContentType } from '../../platform/totals/exposition.ts';
import type { Documentation } from './documentation.ts';
import { Liveness } from './schema.ts';
import type { HealthService } from './service.ts';

export interface InsightServices {
  health: HealthService;
  documentation: Documentation;
}

const declare = route<InsightServices>();

/** No caches between a probe and the truth. */
const json = (status: number, value: unknown): RawAnswer => ({
  status,
  contentType: 'application/json; charset=utf-8',
  body: JSON.stringify(value),
  headers: { 'Cache-Control': 'no-store' },
});

const health = (path: '/health' | '/health/ready', summary: string) =>
  declare({
    method: 'GET',
    path,
    permission: 'public',
    rateLimit: 'none',
    shape: 'raw',
    responds: { status: 200, body: RawAnswer },
    summary,
    description:
      'JSON: `{status, checks: {database, docker}, time}`. 503 with status `DEGRADED` where a check fails.',
    handle: async (_, services) => {
      const found = await services.health.health();
      return json(found.status === 'UP' ? 200 : 503, found);
    },
  });

/** Health, metrics and documentation: contract 2.22. All public, none in the envelope. */
export const insightRoutes = [
  health('/health', 'Say whether the platform works'),
  health('/health/ready', 'Say whether requests can be served'),
  declare({
    method: 'GET',
    path: '/health/live',
    permission: 'public',
    rateLimit: 'none',
    shape: 'bare',
    responds: { status: 200, body: Liveness },
    summary: 'Say that the process lives',
    handle: async () => ({ status: 'ok' as const }),
  }),
  declare({
    method: 'GET',
    path: '/health/ovs',
    permission: 'public',
    rateLimit: 'none',
    shape: 'raw',
    responds: { status: 200, body: RawAnswer },
    summary: 'Say whether virtual networks work',
    description:
      'JSON: `{status, message?, error?}`. 503 with status `unavailable` where that can not be found out.',
    handle: async (_, services) => {
      const found = await services.health.networks();
      return json(found.status === 'unavailable' ? 503 : 200, found);
    },
  }),
  declare({
    method: 'GET',
    path: '/metrics',
    permission: 'public',
    rateLimit: 'none',
    shape: 'raw',
    responds: { status: 200, body: RawAnswer },
    summary: 'Read metrics in the text format of Prometheus',
    handle: async (_, services) => ({
      contentType: expositionContentType,
      body: await services.health.metrics(),
      headers: { 'Cache-Control': 'no-store' },
    }),
  }),
  declare({
    method: 'GET',
    path: '/openapi.json',
    permission: 'public',
    shape: 'raw',
    responds: { status: 200, body: RawAnswer },
    summary: 'Read the OpenAPI document of this API',
    handle: (_, { documentation }) => documentation.file('doc.json'),
  }),
  declare({
    method: 'GET',
    path: '/swagger/*',
    permission: 'public',
    shape: 'raw',
    responds: { status: 200, body: RawAnswer },
    errors: ['NOT_FOUND'],
    summary: 'Read about this API in a browser',
    handle: ({ params }, { documentation }) => documentation.file(params.proxy || 'index.html'),
  }),
] as const;
