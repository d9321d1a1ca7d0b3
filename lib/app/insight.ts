import { readFile } from 'node:fs/promises';
import type { JsonSchema } from '../platform/openapi/schemas.ts';
import { createDocumentation } from '../services/health/documentation.ts';
import type { InsightServices } from '../services/health/routes.ts';
import { createHealthService } from '../services/health/service.ts';
import { totals } from '../services/totals.ts';
import type { App, AppParts } from './serve.ts';

const isAbsent = (error: unknown): boolean => (error as { code?: string }).code === 'ENOENT';

/** The committed OpenAPI document: the build puts it beside the bundle, and run from source it is where it is committed. */
const openApi = async (): Promise<JsonSchema> => {
  const beside = readFile(new URL('./openapi.json', import.meta.url), 'utf8');
  const text = await beside.catch((error: unknown) => {
    if (isAbsent(error)) return readFile(new URL('../../docs/openapi.json', import.meta.url), 'utf8');
    throw error;
  });
  return JSON.parse(text) as JsonSchema;
};

/** Health, metrics and documentation. The OpenAPI document is read when somebody first asks for it. */
export const composeInsight = ({ tables, clock }: AppParts): App<InsightServices> => ({
  services: {
    health: createHealthService({ tables, clock, totals }),
    documentation: createDocumentation(openApi),
  },
});
