import type { Route } from '../platform/http/route.ts';
import type { Gateway } from './gateway/proxy/gateway.ts';
import { proxyRoutes } from './gateway/proxy/routes.ts';

/** What the route of the gateway function needs. */
export interface GatewayServices {
  gateway: Gateway;
}

/** The route of the gateway function, which stands behind the REST API. */
export const gatewayRoutes: readonly Route<GatewayServices>[] = [...proxyRoutes];
