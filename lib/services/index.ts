import type { AnyRoute } from '../platform/http/route.ts';
import { automationRoutes } from './automation-routes.ts';
import { balancingRoutes } from './balancing-routes.ts';
import { computeRoutes } from './compute-routes.ts';
import { gatewayRoutes } from './gateway-routes.ts';
import { insightRoutes } from './health/routes.ts';
import { identityRoutes } from './identity-routes.ts';
import { telemetryRoutes } from './instances/telemetry-routes.ts';
import { integrationRoutes } from './integration-routes.ts';
import { networkRoutes } from './network-routes.ts';
import { pollRoutes } from './queues/receive-routes.ts';
import { securityGroupRoutes } from './security-group-routes.ts';
import { storageRoutes } from './storage-routes.ts';

/** Names of the API functions: one for each bounded context. */
export type ApiFunction =
  | 'identity'
  | 'compute'
  | 'network'
  | 'storage'
  | 'automation'
  | 'integration'
  | 'gateway'
  | 'poll'
  | 'telemetry'
  | 'insight';

/** Every route of the platform, by the function that serves it. */
export const apiFunctions: Record<ApiFunction, readonly AnyRoute[]> = {
  identity: identityRoutes,
  compute: computeRoutes,
  network: [...networkRoutes, ...securityGroupRoutes, ...balancingRoutes],
  storage: storageRoutes,
  automation: automationRoutes,
  integration: integrationRoutes,
  gateway: gatewayRoutes,
  poll: pollRoutes,
  telemetry: telemetryRoutes,
  insight: insightRoutes,
};

/** The functions behind the REST API, which are asked for whatever begins with a first segment of theirs. */
export const restFunctions: readonly ApiFunction[] = ['gateway'];
