import type { AnyRoute } from '../platform/http/route.ts';

/** Names of the API functions: one for each bounded context. */
export type ApiFunction = 'identity' | 'compute' | 'telemetry' | 'insight';

/** Every route of the platform, by the function that serves it. */
export const apiFunctions: Record<ApiFunction, readonly AnyRoute[]> = {
  identity: [],
  compute: [],
  telemetry: [],
  insight: [],
};
