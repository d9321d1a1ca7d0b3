import type { JsonSchema } from '../platform/openapi/schemas.ts';
import { createDocumentation } from '../services/health/documentation.ts';
import type { InsightServices } from '../services/health/routes.ts';
import { createHealthService } from '../services/health/service.ts';
import type { App, AppParts } from './serve.ts';

/** Health, metrics and documentation. The committed OpenAPI document is evaluated when somebody first reads it. */
export const composeInsight = ({ tables, clock }: AppParts): App<InsightServices> => ({
  services: {
    health: createHealthService({ tables, clock }),
    documentation: createDocumentation(async () => {
      const { default: document } = await import('../../docs/openapi.json', { with: { type: 'json' } });
      return document as JsonSchema;
    }),
  },
});
